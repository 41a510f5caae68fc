"""Keeps the faces people and programs look in by: one folder per menu item.

Called by: config.
Must never know: how a number is made; it asks the rooms below and lays their answers side by side.
"""
