"""Keeps the formats of Korean.

Called by: Django, where Korean is spoken.
Must never know: another language.
"""
