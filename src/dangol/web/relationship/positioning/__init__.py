"""Keeps the page What to do: a budget, what to do for how many, what both sides gain, and the catalogue of programmes.

Called by: the browser.
Must never know: how a portfolio is chosen.
"""
