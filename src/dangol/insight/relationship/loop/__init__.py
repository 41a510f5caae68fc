"""Keeps the loop: when everybody is to be valued anew and something chosen for them, and every evaluation so far.

Called by: web.
Must never know: pages, or who looks at the clock.
"""
