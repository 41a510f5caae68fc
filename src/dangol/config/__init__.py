"""Keeps what joins the pieces: settings, urls and the `dangol` command.

Called by: the shell and the web server.
Must never know: a rule of the business.
"""
