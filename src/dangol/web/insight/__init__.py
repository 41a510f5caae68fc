"""Keeps the pages Insight: what customers will do, why, and how well that was foreseen; one page a question.

Called by: the browser.
Must never know: how anything is fitted or counted.
"""
