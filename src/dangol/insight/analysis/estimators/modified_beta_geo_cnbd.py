"""MBG/CNBD-k: regular buyers who can also leave right after the very first purchase.

Reutterer, Platzer and Schröder (2021), "Leveraging purchase regularity for predicting customer behavior the easy way",
the variant that they recommend: one-time buyers fade as others do.
"""

from __future__ import annotations

from dangol.insight.analysis.estimators.beta_geo_cnbd import BetaGeoCNBD


class ModifiedBetaGeoCNBD(BetaGeoCNBD):
    """Fit and predict as in `BetaGeoCNBD`, with b+x+1 where b+x stood and nothing special about x = 0."""

    TITLE = "MBG/CNBD-k"
    FIRST = 1
