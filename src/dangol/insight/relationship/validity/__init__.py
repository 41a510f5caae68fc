"""Keeps the check of the fair-value line: does it foretell leaving, do regions last, do they hang on what was assumed.

Called by: web; `silences`, `hazards`, `side_by_side`, `stability` and `sensitivity` are plain numbers and know nothing
of runs.
Must never know: pages, or what is decided with regions.
"""
