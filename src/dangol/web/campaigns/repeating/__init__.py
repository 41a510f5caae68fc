"""Keeps the pages of campaigns that come again: plan, start, pause, issues, what all of it changed.

Called by: the browser. Must never know: how an issue is made or effects are computed.
"""
