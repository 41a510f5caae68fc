"""Keeps the pages Customers: list and profile with timeline and both values.

Called by: the browser.
Must never know: how the values are made.
"""
