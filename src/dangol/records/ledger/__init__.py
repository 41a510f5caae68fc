"""Keeps what passed between us, never edited: transactions, subscriptions, loans, points, contacts, arms, costs.

Called by: intake, campaigns and delivery append; the warehouse and web read.
Must never know: what an opaque `source_ref` stands for.
"""
