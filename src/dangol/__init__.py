"""Dangol (단골, the customer who keeps coming back): a closed-loop customer information system.

Data goes round; code points down: config > web > contact > decisions > insight > records > lib.
"""

__version__ = "0.1.0"
