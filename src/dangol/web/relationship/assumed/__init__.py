"""How it is counted: what a valuation assumes, other numbers tried before they count, setting and taking back.

Called by: the addresses of the relationship pages, and web/api.
Must never know: how values are worked out.
"""
