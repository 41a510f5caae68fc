"""Keeps the proof on the simulated dairy: a history noisier than the demo's, its truth, the best that can be known of
it from what is observed, and how near Dangol's values come to that.

Called by: `dangol prove`. Must never know: Django, a database, a clock, how Dangol values customers.
"""
