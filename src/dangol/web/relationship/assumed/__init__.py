"""Keeps the page How it is counted: what a valuation assumes, other numbers tried, set with a reason, taken back.

Called by: the addresses of the relationship pages, and web/api.
Must never know: how values are worked out.
"""
