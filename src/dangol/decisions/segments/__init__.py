"""Keeps saved rules that select customers, and the fields such rules may use.

Called by: campaigns and web.
Must never know: campaigns, or what is done with the selected.
"""
