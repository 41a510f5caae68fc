"""Keeps whether the best customers get what they expect, and whether those we exclude complain.

Called by: the valuation of every day, the page Expectation.
Must never know: what a campaign is; it reads assignments and withholdings by their opaque mark.
"""
