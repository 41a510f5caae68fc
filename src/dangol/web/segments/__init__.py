"""Keeps the pages of segments: which there are, and the sheet that says what is decided for each.

Called by: the browser.
Must never know: how customers are selected or valued.
"""
