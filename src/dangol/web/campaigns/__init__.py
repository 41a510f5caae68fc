"""Keeps the campaign pages: plan, run, result, why not.

Called by: the browser.
Must never know: how people are assigned or effects computed.
"""
