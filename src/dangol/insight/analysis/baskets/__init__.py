"""Keeps what goes with what: rules between products in one basket, what is bought next, and what to propose to whom.

Called by: web and the `dangol` command.
Must never know: who a customer is, or whether a proposal is ever made.
"""
