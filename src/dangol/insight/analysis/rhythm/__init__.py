"""Keeps the choice of a purchase model: the family fitted to one part of the history and judged on the rest.

Called by: web; `judging`, `picking`, `tracking` and `doubts` are plain numbers and know nothing of runs.
Must never know: pages, or what is decided with what was foreseen.
"""
