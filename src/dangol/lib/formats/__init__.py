"""Keeps how days and times are written where Django writes them otherwise, a folder a language.

Called by: Django, as FORMAT_MODULE_PATH of the settings names it.
Must never know: what is dated.
"""
