"""Keeps the page of stages: how many customers stand where, who moved in the month, by which rules.

Called by: the browser and the API.
Must never know: how a course is told.
"""
