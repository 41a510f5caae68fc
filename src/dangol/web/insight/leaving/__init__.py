"""Keeps the page Who will come back: the forecast, how good it was, whom it concerns and why, and whom to contact.

Called by: the browser.
Must never know: how a forecast is learned or judged.
"""
