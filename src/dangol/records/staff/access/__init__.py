"""Keeps the access log: who saw, took, changed or was refused whose data, when and from where, in a store of its own.

Called by: the gate of the pages, the API and commands write; the review, the breach workspace and the doctor read.
Must never know: what is in the data that were seen.
"""
