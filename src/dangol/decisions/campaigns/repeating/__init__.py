"""Keeps campaigns that come again: on a day of every month or every week, one issue each time, a campaign of its own.

Called by: web, the daily duties. Must never know: how the clock of a home is kept, or how a message is carried.
"""
