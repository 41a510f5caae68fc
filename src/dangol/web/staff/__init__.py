"""Keeps the pages of who works here: staff, invitations, keys, units and contracts, and one's own account.

Called by: the owner, and everybody for their own second factor.
Must never know: a customer.
"""
