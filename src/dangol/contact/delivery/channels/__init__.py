"""Keeps the channels, strangers to each other, found by the entry point `dangol.channels`.

Called by: delivery alone.
Must never know: campaigns, segments or values.
"""
