"""NBD: how often customers buy when nobody ever leaves; the yardstick that every model with leaving must beat.

Ehrenberg (1959), "The pattern of consumer purchases". A customer buys at random with rate λ ~ Gamma(r, α).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betaln, xlog1py, xlogy

from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.log_mixture import Curved, Way
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers, gamma_rate, waited
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary


class NBD(PoissonBuyers):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time).

    The likelihood of one customer, of the purchase times: Γ(r+x) α^r / (Γ(r) (α+T)^(r+x)).
    """

    NAMES = ("r", "alpha")
    TITLE = "NBD"
    IN_TIME = {"alpha": 1.0}
    ADVICE = (
        "Try one line of business per fit, a longer period or more customers; or penalty=0.1, which draws the "
        "parameters mildly to the data's own scale. Where all buy at one rate, that rate is the answer."
    )

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        return (Way(_bought_until, rows.T),)

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        curved = Curved(np.zeros(len(x)), 2)
        gamma_rate(curved, parameters[0], parameters[1], x)
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        return [(r, r / rate) for r in (0.5, 2.0, 10.0)]

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        return np.ones(len(rows.x))

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        r, alpha = parameters
        return (r + rows.x) / (alpha + rows.T) * float(times @ factors)

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        r, alpha = parameters
        return once(r, alpha, rows, t)

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        r, alpha = parameters
        return r / alpha * times

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        return np.exp(log_mass(parameters[0], parameters[1], counts, t))


def once(r: Number, alpha: Number, rows: PurchaseSummary, t: float) -> Array:
    """Probability of at least one purchase in (T, T + t] of one who stays: 1 - ((α+T)/(α+T+t))^(r+x)."""
    chance: Array = -np.expm1(-(r + rows.x) * np.log1p(t / (alpha + rows.T)))
    return chance


def log_mass(r: Number, alpha: Number, counts: Array, t: Number) -> Array:
    """ln P(X(t) = n) of one who stays: ln [Γ(r+n)/(Γ(r) n!) (α/(α+t))^r (t/(α+t))^n]."""
    some = np.maximum(counts, 1.0)
    arranged: Array = np.where(counts > 0, -betaln(r, some) - np.log(some), 0.0)
    return arranged - xlog1py(r, t / alpha) + xlogy(counts, t) - xlogy(counts, alpha + t)


def _bought_until(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    curved = Curved(np.zeros(len(x)), 2)
    waited(curved, parameters[0], parameters[1], x, t)
    return curved
