"""Keeps the page Today: where the loop stands and what to do next.

Called by: the browser.
Must never know: how the numbers are made.
"""
