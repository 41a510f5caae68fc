"""Keeps backups: making one while the home is at work, and bringing one back without those who were forgotten since.

Called by: the `dangol` command.
Must never know: what is in a record.
"""
