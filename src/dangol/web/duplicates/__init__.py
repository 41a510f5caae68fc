"""Keeps the queue of customers who may be one person, their side-by-side preview, merging and taking it back.

Called by: the browser and the API.
Must never know: how likeness is worked out, or which tables hold something of a person.
"""
