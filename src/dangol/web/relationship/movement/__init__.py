"""Keeps the page Movement: who moved where from month to month, whether it gets fairer, who is left short.

Called by: the browser.
Must never know: how a month is worked out.
"""
