"""Keeps what was recommended for whom once somebody acted on it: from where, to where, by what; and where they went.

Called by: decisions and web.
Must never know: campaigns, pages, or how a message reaches anybody. Who acted is an opaque mark of the ledger.
"""
