"""Keeps the readiness check: how complete, valid, single and linked a business's data are before anything starts.

Called by: web and the `dangol` command.
Must never know: pages, or who looks at the report.
"""
