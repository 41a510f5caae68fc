"""Keeps what surveys say of a business, wave by wave: what its answers allow to measure, and what drives it.

Called by: web.
Must never know: who answered what, beyond the sheets it counts.
"""
