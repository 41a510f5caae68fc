"""Keeps the page Does value come true?: what values promised some weeks ago, beside what came.

Called by: urls of the map, and the index of Insight.
Must never know: how a value is reckoned or tested.
"""
