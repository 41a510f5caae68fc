"""Keeps the page What is bought together, and what comes next: the patterns in plain words, and whom each is for.

Called by: the browser.
Must never know: how patterns are counted or judged.
"""
