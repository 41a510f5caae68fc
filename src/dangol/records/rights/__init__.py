"""Keeps what people demanded of us and what was done about it: requests, answers, erasures, what the law makes us hold.

Called by: the pages of Privacy, the people's own pages, the daily duties, and restoring a backup.
Must never know: a table of the rooms above; they introduce theirs.
"""
