"""Keeps what a valuation is to assume as somebody set it, with who, when and why; what a change would do beforehand.

Called by: web.
Must never know: the file in which a home keeps its own defaults.
"""
