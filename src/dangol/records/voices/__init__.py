"""Keeps what comes BY the customer: survey answers, feedback in their own words, and what they need of a category.

Called by: intake writes, the warehouse reads.
Must never know: the value that is made of it.
"""
