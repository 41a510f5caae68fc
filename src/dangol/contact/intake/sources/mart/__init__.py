"""Keeps a simulated chain of shops of any size: customers, what they bought, what they agreed to, part by part.

Called by: intake's `simulating` and benches.
Must never know: Django, a database, a clock, or the other sources.
"""
