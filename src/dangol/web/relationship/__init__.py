"""Keeps the relationship map: points, density, groups, brush.

Called by: the browser.
Must never know: what will be planned for the picked.
"""
