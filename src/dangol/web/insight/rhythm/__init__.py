"""Keeps the page How often will customers buy: the model that was taken, how well it foresaw, what lies ahead.

Called by: the browser.
Must never know: how a model is fitted or judged.
"""
