"""Keeps how long contracts last, which model foretells it best, and who is likely to end soon.

Called by: web and the API; `lives`, `encoding`, `judging` and `picking` are plain numbers and know nothing of runs.
Must never know: pages, or what is done for whom.
"""
