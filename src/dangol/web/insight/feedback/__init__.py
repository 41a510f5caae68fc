"""Keeps the page How feedback sounds: by month, kind and product, the newest, and what staff say of it.

Called by: the browser.
Must never know: how a text is read, or what a labeller learned from.
"""
