"""Keeps the import page: upload, preview, rejects.

Called by: the browser.
Must never know: how a file is read.
"""
