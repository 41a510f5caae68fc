"""Keeps what comes in: sources, files, their batches and rejected rows.

Called by: web and the `dangol` command.
Must never know: delivery, pages, or what will be decided with the data.
"""
