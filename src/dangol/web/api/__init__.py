"""Keeps the API for programs: what a page can do, by a key that may do at most what its maker may.

Called by: other programs, with a key.
Must never know: a rule; it translates, calls once, and translates back.
"""
