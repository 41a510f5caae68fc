"""Keeps who is likely to buy again and who to stay away: learned at one day, judged at a later one, foretold for now.

Called by: web, decisions and the `dangol` command.
Must never know: what is done for whom, or what it costs.
"""
