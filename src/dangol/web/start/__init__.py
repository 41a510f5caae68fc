"""Keeps the first-run page, the switch between homes, and one round of the loop.

Called by: the browser and the `dangol` command.
Must never know: how a stage of the loop does its work.
"""
