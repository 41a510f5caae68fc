"""Keeps the page of the loop: how often everybody is valued anew, and what was evaluated, chosen and carried out.

Called by: the browser.
Must never know: how anything of it is worked out.
"""
