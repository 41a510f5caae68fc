"""Keeps the page How long do contracts last: the curve, the model that was taken, who is likely to end soon.

Called by: the browser.
Must never know: how a curve is drawn through contracts, or how a model is fitted or judged.
"""
