"""Keeps how what customers write is told apart: how it sounds and what it is about, with words that say why.

Called by: commands and pages that read feedback, and whoever teaches labels of their own.
Must never know: who wrote a text, or what is answered.
"""
