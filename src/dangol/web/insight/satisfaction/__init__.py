"""Keeps the page Customer satisfaction: what surveys say wave by wave, what drives it, and what to mend first.

Called by: the browser and the API.
Must never know: how anything is measured or fitted.
"""
