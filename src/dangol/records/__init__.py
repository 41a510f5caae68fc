"""Keeps what we know: the customer information store.

Called by: every wing above.
Must never know: why it is asked.
"""
