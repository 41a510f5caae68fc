"""Keeps the edges where we meet the customer: what comes in and what goes out.

Called by: web and config.
Must never know: its own other edges; intake and delivery are strangers.
"""
