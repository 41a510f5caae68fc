"""Keeps how satisfaction is measured and what drives it: indices of a survey with intervals, path models of its items.

Called by: surveys, which read the answers.
Must never know: who answered, or where answers are kept.
"""
