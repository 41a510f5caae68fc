"""Keeps how what customers write is told apart: how it sounds and what it is about, with words that say why.

Called by: the page and the operations about feedback, and the work beside them that reads it.
Must never know: who wrote a text (but that people differ, and whom no program may judge), or what is answered.
"""
