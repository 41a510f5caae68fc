"""Keeps what we know OF the customer: who, identities, contact points, households.

Called by: every room that speaks of a person.
Must never know: what the person bought, said or is worth.
"""
