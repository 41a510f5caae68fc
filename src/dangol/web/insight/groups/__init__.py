"""Keeps the page Groups: the RFM grid, the groups found, what customers come for, best, stopped and long-standing.

Called by: the browser.
Must never know: how groups are found.
"""
