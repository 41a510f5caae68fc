"""Keeps the page Did they move?: those for whom a recommendation was carried out, against those held out.

Called by: the browser.
Must never know: how places are counted.
"""
