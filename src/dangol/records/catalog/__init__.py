"""Keeps what we have FOR the customer: products in a category tree, topics, and offers.

Called by: intake, campaigns and web.
Must never know: who buys.
"""
