"""Keeps what goes with what: rules between products in one basket, what is bought next, and what to propose to whom.

Called by: web.
Must never know: what a customer is called, or whether a proposal is ever made.
"""
