"""Keeps loyalty as it is measured on a calendar: when, by whom, what came out wave by wave, and how we are in contact.

Called by: web.
Must never know: pages, or who looks at the clock.
"""
