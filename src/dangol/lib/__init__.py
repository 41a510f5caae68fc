"""Keeps small tools: money, periods, phones, hangul, bulk rows, typed settings, errors.

Called by: every room.
Must never know: Dangol.
"""
