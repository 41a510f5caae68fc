"""Keeps what goes out: the gate, the queue and one file per channel.

Called by: web and the `dangol` command.
Must never know: intake, or why a campaign chose a person.
"""
