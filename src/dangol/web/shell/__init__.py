"""Keeps the frame around every page: menu, language, theme, sign-in, static files.

Called by: every page.
Must never know: what a page shows inside.
"""
