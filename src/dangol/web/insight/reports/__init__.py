"""Keeps reports of saved questions: planned on a page, written for each recipient's own scope, sent by the worker.

Called by: the browser, the API, the work beside the pages.
Must never know: a mail server, or how a number is worked out.
"""
