"""Keeps what we decide to do: segments and campaigns.

Called by: web and contact.
Must never know: how a message travels or how a page looks.
"""
