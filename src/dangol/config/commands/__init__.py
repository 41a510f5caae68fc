"""Keeps the commands of `dangol`, one file each: its words and what it calls.

Called by: config.cli.
Must never know: a rule of the business; a command asks the rooms and prints their answer.
"""
