"""Keeps the page that says whether the fair-value line holds: in words, in pictures, asked anew.

Called by: the browser, Insight's index, the API.
Must never know: how hazards, stability or sensitivity are computed.
"""
