"""Keeps the pages of Statistics: whoever is no statistician asks, and is told first what it means and what it rests on.

Called by: the browser, the API.
Must never know: how a test, an interval or a forecast is worked out.
"""
