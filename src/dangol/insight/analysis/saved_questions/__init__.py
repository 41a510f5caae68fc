"""Keeps questions of the numbers under a name: whose they are, who has them, whether they can still be asked.

Called by: pages, the command, the API, reports.
Must never know: how a question is shown, or what its answer is.
"""
