"""Keeps the page of core customers: who they are, how unevenly everybody contributes, and which parts bring it in.

Called by: the browser.
Must never know: how criteria and curves are worked out.
"""
