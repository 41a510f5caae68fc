"""Keeps what is to leave the house: one row per message and per file, with an idempotency key.

Called by: campaigns enqueue, delivery carries.
Must never know: a channel's wire format.
"""
