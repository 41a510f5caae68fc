"""Keeps statistics with guard rails: compare, go together, regress, foresee, last; arrays in, answers out.

Called by: the pages of Insight, Statistics, and the API.
Must never know: Django, a database, the clock, what a customer is called, or how an answer is put into words.
"""
