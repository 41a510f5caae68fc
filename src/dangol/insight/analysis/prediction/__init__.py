"""Keeps how a yes or no about each customer is foretold: learners, calibration, tests on what came later, reasons.

Called by: relationship and web.
Must never know: who a customer is, where the columns come from, or what is done about a chance.
"""
