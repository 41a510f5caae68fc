"""Keeps the change feed: one row per changed row, or per key range of a bulk append, in commit order.

Called by: every writer of records, in the transaction of the change; readers above read it once each.
Must never know: what a reader does with a change.
"""
