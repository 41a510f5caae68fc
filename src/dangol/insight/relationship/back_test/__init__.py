"""Keeps the back-test of values: what they would have promised some weeks ago, against what then came.

Called by: web; `chances`, `commitments`, `money` and what they rest on are plain numbers and know nothing of runs.
Must never know: pages, or what is decided with values.
"""
