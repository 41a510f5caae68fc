"""Keeps how customers fall into groups: by RFM, by what their habits show, by what discounts mean to them, by standing.

Called by: segments and web.
Must never know: what is done with a group.
"""
