"""Keeps what comes BY the customer: survey answers, and feedback in their own words.

Called by: intake writes, the warehouse reads.
Must never know: the value that is made of it.
"""
