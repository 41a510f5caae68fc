"""Keeps runs, the scores and effects they produced, and the estimators behind them.

Called by: relationship, decisions and web.
Must never know: what a score is used for.
"""
