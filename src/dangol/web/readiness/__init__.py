"""Keeps the page Readiness check: whether the data carry what is to be built on them, and what to mend first.

Called by: the browser.
Must never know: how gaps are counted.
"""
