"""Keeps what the records mean: history, analysis, value on both sides.

Called by: decisions, contact and web.
Must never know: what is decided or done with it.
"""
