"""MBG/NBD: the BG/NBD in which a customer can also leave right after the very first purchase.

Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for customer base analysis";
Hoppe and Wagner (2007), "Customer base analysis: the case for a central variant of the Betageometric/NBD model". With
BG/NBD everybody who bought once is with us for certain, however long ago; here one-time buyers fade too.
"""

from __future__ import annotations

from dangol.insight.analysis.estimators.beta_geo_nbd import BetaGeoNBD


class ModifiedBetaGeoNBD(BetaGeoNBD):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), a, b (no unit).

    One more chance to leave than in the BG/NBD, so b+x+1 stands where b+x stood, and nothing is special about x = 0:

    L = B(a, b+x+1)/B(a, b) · Γ(r+x) α^r/Γ(r) · ((α+T)^-(r+x) + a/(b+x) · (α+t_x)^-(r+x))

    P(alive) = 1 / (1 + a/(b+x) · ((α+T)/(α+t_x))^(r+x)).
    """

    TITLE = "MBG/NBD"
    FIRST = 1
