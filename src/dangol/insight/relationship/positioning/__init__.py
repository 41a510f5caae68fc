"""Keeps positioning: what to do for whom off the fair-value line, what it costs, and what both sides gain by it.

Called by: decisions and web.
Must never know: campaigns, pages, or how a message reaches anybody.
"""
