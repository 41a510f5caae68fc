"""Keeps the customers' own pages, opened by a link and no login: consent, wishes, stopping, their data, the notice.

Called by: customers' browsers and mail programs, and from a customer's card to hand a link out.
Must never know: who else is a customer, nor anything that a link does not open.
"""
