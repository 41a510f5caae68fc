"""Keeps the page Loyalty: when it is measured, what came out wave by wave, and how good contact with customers is.

Called by: the browser and the API.
Must never know: how anything of it is worked out.
"""
