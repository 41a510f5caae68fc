"""Keeps how two customers are found to be one person: what is compared, how it weighs, who is proposed.

Called by: the command `dangol duplicates` and the page that shows what it found.
Must never know: what somebody decides about a proposal, or how customers are merged.
"""
