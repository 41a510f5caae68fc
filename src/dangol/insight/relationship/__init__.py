"""Keeps value both ways: customer value, customer equity, the fair-value line, regions.

Called by: decisions and web.
Must never know: campaigns, pages, or who will act on a region.
"""
