"""Keeps the page What customers cost: costs entered and taken back, and what winning, keeping and winning back took.

Called by: the browser, and the API for its words.
Must never know: how a metric is worked out.
"""
