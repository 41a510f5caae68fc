"""Keeps who works here: users and the organisation tree.

Called by: web signs people in; customers belong to units.
Must never know: a customer.
"""
