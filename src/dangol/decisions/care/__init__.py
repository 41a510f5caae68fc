"""Keeps care: programmes carried out in person, their tasks, what became of each, and panels with their sessions.

Called by: web.
Must never know: campaigns, channels, or how a page looks.
"""
