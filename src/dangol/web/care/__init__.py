"""Keeps the pages of care: what one of us is to do for whom, what became of it, plans and panels.

Called by: the browser.
Must never know: how arms are drawn or contacts are counted.
"""
