"""Keeps how one customer's values came about: ranks, scales, formulas with their numbers, down to the rows on record.

Called by: web.
Must never know: who looks, or how it is told.
"""
