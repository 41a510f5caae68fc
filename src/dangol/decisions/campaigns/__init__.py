"""Keeps plan → audience → treatment (holdout included) → response → effect.

Called by: web and the `dangol` command.
Must never know: how a channel hands over, or who imported the responses.
"""
