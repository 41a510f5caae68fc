"""Keeps reports: which saved questions are sent together, to whom, how often, and when one falls due.

Called by: pages, the API, and the work that sends them.
Must never know: how a report is written, or how mail leaves.
"""
