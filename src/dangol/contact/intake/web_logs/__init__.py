"""Keeps how a web server's log becomes a table of visits: its lines read, programs left out, requests put together.

Called by: the intake, which takes the visits as contacts.
Must never know: customers, or where the visits are written.
"""
