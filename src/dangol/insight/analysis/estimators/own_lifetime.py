"""Customers who leave at a moment of their own, whether or not they bought just before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dangol.insight.analysis.estimators.asked import few_enough
from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.nbd import log_mass
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary

# of each panel of the mass function, on the logarithm of the time
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
MOST_PANELS = 10_000


class OwnLifetime(PoissonBuyers):
    """What follows from a lifetime with survival S and density f = -S' that purchases do not change.

    Up to a factor of x alone, the likelihood of one customer is a sum of two positive parts, whatever comes first after
    the purchases seen: the next purchase, after T, or leaving, after t_x:

    (r+x)/α ∫_T^∞ (1+u/α)^-(r+x+1) S(u) du + ∫_{t_x}^∞ (1+u/α)^-(r+x) f(u) du

    P(alive) = (1+T/α)^-(r+x) S(T) over this sum.
    """

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        bought, left = self._next_purchase(parameters, rows, rows.T), self._leaving(parameters, rows, rows.t_x)
        return np.exp(np.minimum(self._here(parameters, rows) - np.logaddexp(bought, left), 0.0))

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        """(r+x)/(α+T) times the expected time with us."""
        r, alpha = parameters[:2]
        return (r + rows.x) / (alpha + rows.T) * (self._time_with_us(parameters, rows.T, times) @ factors)

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        """The next purchase comes in (T, T+t], before leaving."""
        sooner, later = (self._next_purchase(parameters, rows, rows.T + more) for more in (0.0, t))
        chance: Array = np.exp(sooner - self._here(parameters, rows)) * -np.expm1(np.minimum(later - sooner, 0.0))
        return np.clip(chance, 0.0, 1.0)

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        r, alpha = parameters[:2]
        stays: Array = self._time_with_us(parameters, np.zeros(1), times)[0]
        return r / alpha * stays

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        """With us at t with n purchases, or gone at some u before t with n purchases by then."""
        r, alpha = parameters[:2]
        here = np.exp(log_mass(r, alpha, counts, t) + self._log_stays(parameters, np.array([t])))
        least, widest = self._grain(parameters)
        # a rate that hardly differs between customers makes n purchases belong to a narrow span of time
        u, weights = _until(t, min(least, alpha / max(1.0, r)), min(widest, 6 / max(1.0, r) ** 0.5))
        by_then: Array = np.exp(log_mass(r, alpha, counts[:, None], u) + self._log_leaves(parameters, u))
        mass: Array = here + by_then @ weights
        return mass

    def _here(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        """ln [(1+T/α)^-(r+x) S(T)]."""
        r, alpha = parameters[:2]
        here: Array = -(r + rows.x) * np.log1p(rows.T / alpha) + self._log_stays(parameters, rows.T)
        return here

    def _log_stays(self, parameters: Sequence[Number], t: Array) -> Array:
        """ln S(t)."""
        raise NotImplementedError

    def _log_leaves(self, parameters: Sequence[float], t: Array) -> Array:
        """ln f(t)."""
        raise NotImplementedError

    def _grain(self, parameters: Sequence[float]) -> tuple[float, float]:
        """The time after which the density of leaving first changes much; the span of ln(time) in which it may turn."""
        raise NotImplementedError

    def _time_with_us(self, parameters: Sequence[Number], since: Array, times: Array) -> Array:
        """∫₀^t S(T+τ)/S(T) dτ for each T of `since` and each t of `times`, (n, k)."""
        raise NotImplementedError

    def _next_purchase(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        """ln of the first part of the sum."""
        raise NotImplementedError

    def _leaving(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        """ln of the second part of the sum."""
        raise NotImplementedError


def _until(t: float, least: float, widest: float) -> tuple[Array, Array]:
    """Nodes and weights of ∫₀^t du, dense where u is small against `least`, on panels of `widest` units of ln u."""
    whole = float(np.log1p(np.divide(t, least)))
    panels = max(1, int(np.ceil(few_enough(np.array(whole / widest), MOST_PANELS))))
    v = ((2 * np.arange(panels)[:, None] + 1 + NODES) * whole / (2 * panels)).ravel()
    return least * np.expm1(v), least * np.exp(v) * np.tile(WEIGHTS, panels) * whole / (2 * panels)
