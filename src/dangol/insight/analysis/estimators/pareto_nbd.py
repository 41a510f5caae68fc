"""Pareto/NBD: customers buy at random and leave at a moment of their own, whether or not they bought just before.

Schmittlein, Morrison and Colombo (1987), "Counting your customers: who are they and what will they do next?"; in the
notation of Fader and Hardie (2005), "A note on deriving the Pareto/NBD model and related expressions". While with us,
a customer buys with rate λ ~ Gamma(r, α) and leaves with rate μ ~ Gamma(s, β).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.log_mixture import Curved, Way
from dangol.insight.analysis.estimators.lomax_tails import add_tails, tails
from dangol.insight.analysis.estimators.own_lifetime import OwnLifetime
from dangol.insight.analysis.estimators.poisson_buyers import add_log, gamma_rate
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary, distinct


class ParetoNBD(OwnLifetime):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), s (no unit), beta (time).

    The likelihood of one customer, of the purchase times (equation 18 of the note, written as in `OwnLifetime`):

    L = Γ(r+x)/(Γ(r) α^x) · ( (r+x)/α ∫_T^∞ (1+u/α)^-(r+x+1) (1+u/β)^-s du
                              + s/β ∫_{t_x}^∞ (1+u/α)^-(r+x) (1+u/β)^-(s+1) du )

    P(alive) = Γ(r+x)/(Γ(r) α^x) · (1+T/α)^-(r+x) (1+T/β)^-s / L.

    Covariates move α (coefficient above 0: buys more often) and β (above 0: leaves sooner; Fader and Hardie 2007,
    section 2).
    """

    NAMES = ("r", "alpha", "s", "beta")
    TITLE = "Pareto/NBD"
    IN_TIME = {"alpha": 1.0, "beta": 1.0}
    MOVED = {"alpha": -1.0, "beta": -1.0}

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        return Way(_buys_first, rows.T), Way(_leaves_first, rows.t_x)

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        curved = Curved(np.zeros(len(x)), 4)
        gamma_rate(curved, parameters[0], parameters[1], x)
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """At the average rate, with some, few and many leaving within mean T."""
        return [(r, r / rate, s, beta) for r, s, beta in ((0.6, 0.6, 0.6), (1.0, 0.3, 3.0), (3.0, 2.0, 1.0))]

    def _log_stays(self, parameters: Sequence[Number], t: Array) -> Array:
        _, _, s, beta = parameters
        stays: Array = -s * np.log1p(t / beta)
        return stays

    def _log_leaves(self, parameters: Sequence[float], t: Array) -> Array:
        _, _, s, beta = parameters
        leaves: Array = np.log(s / beta) - (s + 1) * np.log1p(t / beta)
        return leaves

    def _grain(self, parameters: Sequence[float]) -> tuple[float, float]:
        _, _, s, beta = parameters
        return beta / max(1.0, s), 2.0

    def _time_with_us(self, parameters: Sequence[Number], since: Array, times: Array) -> Array:
        """(β+T) (1 - ((β+T)/(β+T+t))^(s-1)) / (s-1): equation 41 of the note; its limit at s = 1 is a logarithm."""
        _, _, s, beta = parameters
        (base,), like = distinct((beta + since,))
        log_time = np.log1p(times / base[:, None])
        y = (s - 1) * log_time
        shrunk = np.divide(-np.expm1(-y), y, out=np.ones_like(y), where=np.abs(y) > 1e-300)
        stays: Array = base[:, None] * log_time * shrunk
        return stays[like]

    def _next_purchase(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        r, alpha, s, beta = parameters
        return np.log((r + rows.x) / alpha) + _once(r + rows.x + 1, s, alpha, beta, t)

    def _leaving(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        r, alpha, s, beta = parameters
        return np.log(s / beta) + _once(r + rows.x, s + 1, alpha, beta, t)


def _buys_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [(r+x)/α ∫_t^∞ (1+u/α)^-(r+x+1) (1+u/β)^-s du]."""
    r, alpha, s, beta = parameters
    curved = Curved(np.log((r + x) / alpha), 4)
    add_log(curved, 0, r + x, 1)
    add_log(curved, 1, alpha, -1)
    add_tails(curved, r + x + 1, s, alpha, beta, t)
    return curved


def _leaves_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [s/β ∫_t^∞ (1+u/α)^-(r+x) (1+u/β)^-(s+1) du]."""
    r, alpha, s, beta = parameters
    curved = Curved(np.log(s / beta) * np.ones(len(x)), 4)
    add_log(curved, 2, s, 1)
    add_log(curved, 3, beta, -1)
    add_tails(curved, r + x, s + 1, alpha, beta, t)
    return curved


def _once(p: Array, q: Number, alpha: Number, beta: Number, t: Array) -> Array:
    """ln of the integrals, each distinct one worked out once."""
    columns, like = distinct((p, *(np.broadcast_to(one, p.shape) for one in (q, alpha, beta)), t))
    return tails(*columns, moments=False).value[like]
