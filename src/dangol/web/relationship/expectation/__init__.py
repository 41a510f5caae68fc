"""Keeps the page Expectation: the best customers who get less than they expect, and the excluded who complain.

Called by: the browser.
Must never know: how it is measured.
"""
