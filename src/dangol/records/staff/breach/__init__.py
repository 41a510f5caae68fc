"""Keeps leaks of people's data, possible or certain: what is known, whose data, by when whom to tell, what was decided.

Called by: the breach workspace and Today.
Must never know: who a customer is; people are bare numbers here.
"""
