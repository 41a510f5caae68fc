"""Keeps the page Ask the numbers: a question put together by choosing, its answer as a pivot, who is behind a number.

Called by: the browser.
Must never know: how a number is worked out.
"""
