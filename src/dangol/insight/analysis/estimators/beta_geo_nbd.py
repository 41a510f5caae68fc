"""BG/NBD: how often a customer buys and whether the customer is still with us, without a contract.

Fader, Hardie and Lee (2005), "Counting your customers the easy way". While with us, a customer buys at random with
rate λ ~ Gamma(r, α); after each purchase the customer leaves for good with chance p ~ Beta(a, b).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from scipy.special import betainc, betaln, expit, polygamma, psi

from dangol.insight.analysis.estimators.beta_geo_expectation import new_customer_purchases, purchases_while_alive
from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.log_mixture import Curved, Way
from dangol.insight.analysis.estimators.nbd import log_mass, once
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers, gamma_rate, waited
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary


class BetaGeoNBD(PoissonBuyers):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), a, b (no unit).

    The likelihood of one customer, of the purchase times (equation 6 of the source):

    L = B(a, b+x)/B(a, b) · Γ(r+x) α^r/Γ(r) · ((α+T)^-(r+x) + [x>0] a/(b+x-1) · (α+t_x)^-(r+x))

    P(alive) = 1 / (1 + a/(b+x-1) · ((α+T)/(α+t_x))^(r+x)) for x > 0, and 1 for x = 0: in this model nobody can leave
    before a repeat purchase.

    Covariates move α (coefficient above 0: buys more often), a and b (Fader and Hardie 2007, section 3).
    """

    NAMES = ("r", "alpha", "a", "b")
    TITLE = "BG/NBD"
    IN_TIME = {"alpha": 1.0}
    MOVED = {"alpha": -1.0, "a": 1.0, "b": 1.0}

    # purchases at which a customer can have left, besides the repeat purchases
    FIRST: ClassVar[int] = 0

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        gone = None if self.FIRST else np.where(rows.x > 0, 0.0, -np.inf)
        return Way(_still_here, rows.T), Way(self._left, rows.t_x, gone)

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        r, alpha, a, b = parameters
        curved = Curved(np.zeros(len(x)), 4)
        gamma_rate(curved, r, alpha, x)
        stayed_on(curved, a, b, x + self.FIRST)
        return curved

    def _left(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        """ln [a/(b+x-1) (1+t_x/α)^-(r+x)]: left after the last purchase seen."""
        r, alpha, a, b = parameters
        curved = Curved(np.zeros(len(x)), 4)
        waited(curved, r, alpha, x, t)
        left_at_last(curved, a, self._earlier(b, x))
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """At the average rate, with few, some and many leaving."""
        return [(r, r / rate, a, b) for r, a, b in ((0.5, 0.7, 2.0), (1.0, 0.1, 2.0), (5.0, 2.0, 5.0))]

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        r, alpha, a, b = parameters
        silence = np.log1p((rows.T - rows.t_x) / (alpha + rows.t_x))
        z = np.log(a) - np.log(self._earlier(b, rows.x)) + (r + rows.x) * silence
        return np.where(rows.x + self.FIRST > 0, expit(-z), 1.0)

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        r, alpha, a, b = parameters
        return purchases_while_alive(r + rows.x, alpha + rows.T, a, b + (rows.x + self.FIRST), times, factors)

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        return once(parameters[0], parameters[1], rows, t)

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        r, alpha, a, b = parameters
        stays = (b / (a + b)) ** self.FIRST
        return stays * new_customer_purchases(r, alpha, a, b + self.FIRST, times)

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        """Equation 8 of the source: still with us after n purchases, or gone at the n-th."""
        r, alpha, a, b = parameters
        possible = counts + self.FIRST
        here = np.exp(log_mass(r, alpha, counts, t) + betaln(a, b + possible) - betaln(a, b))
        least = betainc(np.maximum(counts, 1), r, t / (alpha + t))
        went = np.exp(betaln(a + 1, b + np.maximum(possible, 1) - 1) - betaln(a, b))
        return here + np.where(possible > 0, went * np.where(counts > 0, least, 1.0), 0.0)

    def _earlier(self, b: Number, x: Array) -> Array:
        # nobody can have left before any chance to: the maximum only keeps the logarithm of that case defined
        return b + np.maximum(x + self.FIRST, 1.0) - 1


def stayed_on(curved: Curved, a: Number, b: Number, chances: Array) -> None:
    """Add ln B(a, b + chances) - ln B(a, b): stayed at every chance to leave. a and b are parameters 2 and 3."""
    both = a + b
    curved.value += betaln(a, b + chances) - betaln(a, b)
    slope = psi(both) - psi(both + chances)
    bend = polygamma(1, both) - polygamma(1, both + chances)
    curved.slope[2] += slope
    curved.slope[3] += slope + psi(b + chances) - psi(b)
    for one, other in ((2, 2), (2, 3), (3, 3)):
        curved.bends(one, other, bend)
    curved.bends(3, 3, polygamma(1, b + chances) - polygamma(1, b))


def left_at_last(curved: Curved, a: Number, earlier: Array) -> None:
    """Add ln a - ln(earlier), earlier = b + chances - 1."""
    curved.value += np.log(a) - np.log(earlier)
    curved.slope[2] += 1 / a
    curved.slope[3] -= 1 / earlier
    curved.bends(2, 2, -1 / np.asarray(a) ** 2)
    curved.bends(3, 3, earlier**-2.0)


def _still_here(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    curved = Curved(np.zeros(len(x)), 4)
    waited(curved, parameters[0], parameters[1], x, t)
    return curved
