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
from dangol.insight.analysis.estimators.nbd import log_mass
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers, gamma_rate
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary, distinct

# panels of the mass function on the logarithm of the time, in which it is smooth
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
WIDEST_PANEL = 2.0


class ParetoNBD(PoissonBuyers):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), s (no unit), beta (time).

    The likelihood of one customer, of the purchase times (equation 18 of the note, written as a sum of two positive
    parts): either the next purchase comes first, after T, or leaving does, after t_x:

    L = Γ(r+x) α^r β^s/Γ(r) · ( (r+x) ∫_T^∞ (α+u)^-(r+x+1) (β+u)^-s du + s ∫_{t_x}^∞ (α+u)^-(r+x) (β+u)^-(s+1) du )

    P(alive) = Γ(r+x) α^r β^s/Γ(r) · (α+T)^-(r+x) (β+T)^-s / L.

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
        r, alpha, s, beta = parameters
        curved = Curved(np.zeros(len(x)), 4)
        gamma_rate(curved, r, alpha, x)
        curved.value += s * np.log(beta)
        curved.slope[2] += np.log(beta)
        curved.slope[3] += s / beta
        curved.bends(2, 3, 1 / beta)
        curved.bends(3, 3, -s / beta**2)
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """At the average rate, with some, few and many leaving within mean T."""
        return [(r, r / rate, s, beta) for r, s, beta in ((0.6, 0.6, 0.6), (1.0, 0.3, 3.0), (3.0, 2.0, 1.0))]

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        r, alpha, s, beta = parameters
        here = -(r + rows.x) * np.log(alpha + rows.T) - s * np.log(beta + rows.T)
        either = np.logaddexp(_next_purchase(parameters, rows, rows.T), _leaving(parameters, rows, rows.t_x))
        return np.exp(np.minimum(here - either, 0.0))

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        """Equation 41 of the note: (r+x)/(α+T) times the expected time with us."""
        r, alpha, s, beta = parameters
        (since, power), like = distinct((beta + rows.T, np.broadcast_to(s, rows.T.shape)))
        stays = (_time_with_us(power[:, None], since[:, None], times) @ factors)[like]
        return (r + rows.x) / (alpha + rows.T) * stays

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        """The next purchase comes in (T, T+t], before leaving."""
        r, alpha, s, beta = parameters
        here = -(r + rows.x) * np.log(alpha + rows.T) - s * np.log(beta + rows.T)
        sooner, later = (_next_purchase(parameters, rows, rows.T + more) for more in (0.0, t))
        chance: Array = np.exp(sooner - here) * -np.expm1(np.minimum(later - sooner, 0.0))
        return np.clip(chance, 0.0, 1.0)

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        r, alpha, s, beta = parameters
        return r / alpha * _time_with_us(s, beta, times)

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        """With us at t with n purchases, or gone at some u before t with n purchases by then."""
        r, alpha, s, beta = parameters
        here = np.exp(log_mass(r, alpha, counts, t) - s * np.log1p(t / beta))
        u, weights = _until(t, min(alpha, beta))
        by_then: Array = np.exp(log_mass(r, alpha, counts[:, None], u) - (s + 1) * np.log1p(u / beta))
        mass: Array = here + by_then @ weights * (s / beta)
        return mass


def _buys_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [(r+x) ∫_t^∞ (α+u)^-(r+x+1) (β+u)^-s du]."""
    r, alpha, s, beta = parameters
    curved = Curved(np.log(r + x), 4)
    curved.slope[0] += 1 / (r + x)
    curved.bends(0, 0, -((r + x) ** -2.0))
    add_tails(curved, r + x + 1, s, alpha, beta, t)
    return curved


def _leaves_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [s ∫_t^∞ (α+u)^-(r+x) (β+u)^-(s+1) du]."""
    r, alpha, s, beta = parameters
    curved = Curved(np.log(s) * np.ones(len(x)), 4)
    curved.slope[2] += 1 / s
    curved.bends(2, 2, -1 / s**2)
    add_tails(curved, r + x, s + 1, alpha, beta, t)
    return curved


def _next_purchase(parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
    r, alpha, s, beta = parameters
    return np.log(r + rows.x) + _once(r + rows.x + 1, s, alpha, beta, t)


def _leaving(parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
    r, alpha, s, beta = parameters
    return np.log(s) + _once(r + rows.x, s + 1, alpha, beta, t)


def _once(p: Array, q: Number, alpha: Number, beta: Number, t: Array) -> Array:
    """ln of the integrals, each distinct one worked out once."""
    columns, like = distinct((p, *(np.broadcast_to(one, p.shape) for one in (q, alpha, beta)), t))
    return tails(*columns, moments=False).value[like]


def _time_with_us(s: Number, since: Number, times: Array) -> Array:
    """∫₀^t (since/(since+τ))^s dτ = since · (1 - (1+t/since)^-(s-1)) / (s-1): its limit at s = 1 is a logarithm."""
    log_time = np.log1p(times / since)
    y = (s - 1) * log_time
    shrunk = np.divide(-np.expm1(-y), y, out=np.ones_like(y), where=np.abs(y) > 1e-300)
    stays: Array = since * log_time * shrunk
    return stays


def _until(t: float, least: float) -> tuple[Array, Array]:
    """Nodes and weights of ∫₀^t du, dense where u is small against `least`."""
    whole = float(np.log1p(t / least))
    panels = max(1, int(np.ceil(whole / WIDEST_PANEL)))
    v = ((2 * np.arange(panels)[:, None] + 1 + NODES) * whole / (2 * panels)).ravel()
    return least * np.expm1(v), least * np.exp(v) * np.tile(WEIGHTS, panels) * whole / (2 * panels)
