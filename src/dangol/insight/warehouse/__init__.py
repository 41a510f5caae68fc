"""Keeps the history of the records on a column engine: tables, metrics, refresh.

Called by: analysis, relationship and web. The only room that opens the engine.
Must never know: a name, a phone number or an address.
"""
