"""Keeps the course of each relationship: its stages, the life cycle and the way back, as rows with dates and reasons.

Called by: web.
Must never know: pages, or what is done about a stage.
"""
