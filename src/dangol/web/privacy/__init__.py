"""Keeps the pages Privacy: what people may demand, what they allowed, who looked, what is kept and why.

Called by: the browser.
Must never know: a rule of law; each stands in the room that keeps its data.
"""
