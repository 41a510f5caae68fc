"""Keeps who the core customers are, how unevenly they contribute, and what share of their need they cover with us.

Called by: web and decisions.
Must never know: campaigns, pages, or what will be done for core customers.
"""
