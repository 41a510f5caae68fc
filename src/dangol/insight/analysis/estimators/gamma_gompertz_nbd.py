"""GGom/NBD: the Pareto/NBD in which leaving may become more likely with age, for all customers alike.

Bemmaor and Glady (2012), "Modeling purchasing behavior with sudden 'death': a flexible customer lifetime model". While
with us, a customer buys with rate λ ~ Gamma(r, α); the rate of leaving at age u is η b e^bu with η ~ Gamma(s, β).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import log

import numpy as np

from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.gompertz_tails import Lifetime, add_tails, log_tails, time_with_us
from dangol.insight.analysis.estimators.log_mixture import Curved, Way
from dangol.insight.analysis.estimators.maximise import NotConverged, Objective
from dangol.insight.analysis.estimators.own_lifetime import OwnLifetime
from dangol.insight.analysis.estimators.pareto_nbd import ParetoNBD
from dangol.insight.analysis.estimators.poisson_buyers import add_log, gamma_rate
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary, distinct, refuse_too_few

# b at its boundary, per mean T: so small that the likelihood differs from that of the Pareto/NBD in the seventh digit
BOUNDARY = 1e-7


class GammaGompertzNBD(OwnLifetime):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), b (1/time), s, beta (no unit).

    S(u) = (β / (β - 1 + e^bu))^s in the likelihood of `OwnLifetime`, times Γ(r+x)/(Γ(r) α^x): equation 8 of the source.

    As b → 0 with β/b fixed this becomes the Pareto/NBD with β/b in the place of its β. Where age explains nothing more
    the top of the likelihood lies there: then `boundary_` is ("b",), b is held at a tiny value without standard error,
    and the Pareto/NBD says the same with one parameter less.
    """

    NAMES = ("r", "alpha", "b", "s", "beta")
    TITLE = "GGom/NBD"
    IN_TIME = {"alpha": 1.0, "b": -1.0}
    # a rate of leaving that rises by a thousandth within mean T cannot be told from one that stays
    FARTHEST = {"b": log(1000.0)}

    # what the Pareto/NBD learned, in mean T: r, alpha, s, beta
    _plain: tuple[float, float, float, float] | None = None

    @property
    def boundary_(self) -> tuple[str, ...]:
        """Parameters held at their boundary."""
        return tuple(name for name, error in self.standard_errors_.items() if error == 0)

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        return Way(_buys_first, rows.T), Way(_leaves_first, rows.t_x)

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        curved = Curved(np.zeros(len(x)), 5)
        gamma_rate(curved, parameters[0], parameters[1], x)
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """From where age hardly matters: leaving that speeds up within mean T, quickly, slowly or not to be seen."""
        r, alpha, s, beta = self._plain or (0.6, 0.6 / rate, 0.6, 0.6)
        return [(r, alpha, b, s, b * beta) for b in (4.0, 0.3, 0.002)]

    def _fit_rows(self, rows: PurchaseSummary, covariates: tuple[str, ...]) -> None:
        refuse_too_few(float(rows.weights.sum()), float(rows.weights[rows.x > 0].sum()))
        plain, highest = ParetoNBD(penalty=self.penalty), -np.inf
        scale = float(rows.weights @ rows.T / rows.weights.sum())
        self._plain = None
        with suppress(NotConverged):
            plain._fit_rows(rows, covariates)
            highest = plain.loglik_
            r, alpha, s, beta = plain.params_.values()
            self._plain = r, alpha / scale, s, beta / scale
        try:
            super()._fit_rows(rows, covariates)
        except NotConverged:
            if self._plain is None or self.penalty:
                raise
            self._rest_on_boundary(plain, BOUNDARY / scale)
        if self.loglik_ < highest and not self.penalty:
            self._rest_on_boundary(plain, BOUNDARY / scale)

    def _climb(self, objective: Objective, starts: list[Array], names: tuple[str, ...]) -> tuple[Array, Array, float]:
        *nearer, quick, slow, unseen = starts
        _, slope, _ = objective(unseen)
        # at a given β/b; where no ageing is better than a little, only much of it can be better still
        rises = self._plain is None or slope[2] + slope[4] > 0
        return super()._climb(objective, [*nearer, slow, quick] if rises else [*nearer, quick], names)

    def _rest_on_boundary(self, plain: ParetoNBD, b: float) -> None:
        """Keep what the Pareto/NBD learned, in the terms of this model."""
        r, alpha, s, beta = plain.params_.values()
        self.trace_ = plain.trace_
        to = np.zeros((5, 4))
        to[[0, 1, 3, 4], range(4)] = 1.0, 1.0, 1.0, b
        covariance = to @ plain.covariance_ @ to.T
        self._learn(self.NAMES, np.array([r, alpha, b, s, b * beta]), covariance, plain.loglik_, plain.n_customers_)

    def _log_stays(self, parameters: Sequence[Number], t: Array) -> Array:
        lifetime = _lifetime(parameters)
        return -lifetime.s * lifetime.exposure(t)

    def _log_leaves(self, parameters: Sequence[float], t: Array) -> Array:
        lifetime = _lifetime(parameters)
        rate = np.log(lifetime.s * lifetime.b / lifetime.beta) + lifetime.b * t
        leaves: Array = rate - (lifetime.s + 1) * lifetime.exposure(t)
        return leaves

    def _grain(self, parameters: Sequence[float]) -> tuple[float, float]:
        _, _, b, s, beta = parameters
        # the rise of the rate of leaving, at u = ln(β)/b, is narrow
        return min(beta, 1.0) / (b * max(1.0, s)), 0.5

    def _time_with_us(self, parameters: Sequence[Number], since: Array, times: Array) -> Array:
        (few,), like = distinct((since,))
        return time_with_us(_lifetime(parameters), few, times)[like]

    def _next_purchase(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        r, alpha = float(parameters[0]), float(parameters[1])
        (x, few), like = distinct((rows.x, t))
        return (np.log((r + x) / alpha) + log_tails(r + x + 1, alpha, _lifetime(parameters), few, leaving=False))[like]

    def _leaving(self, parameters: Sequence[Number], rows: PurchaseSummary, t: Array) -> Array:
        r, alpha, b, s, beta = (float(one) for one in parameters)
        (x, few), like = distinct((rows.x, t))
        tails = log_tails(r + x, alpha, _lifetime(parameters), few, leaving=True)
        parts: Array = np.log(s * b / beta) + tails
        return parts[like]


def _lifetime(parameters: Sequence[Number]) -> Lifetime:
    return Lifetime(*(float(one) for one in parameters[2:]))


def _buys_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [(r+x)/α ∫_t^∞ (1+u/α)^-(r+x+1) S(u) du]."""
    r, alpha = float(parameters[0]), float(parameters[1])
    curved = Curved(np.log((r + x) / alpha), 5)
    add_log(curved, 0, r + x, 1)
    add_log(curved, 1, alpha, -1)
    add_tails(curved, r + x + 1, alpha, _lifetime(parameters), t, leaving=False)
    return curved


def _leaves_first(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [∫_t^∞ (1+u/α)^-(r+x) f(u) du], f(u) = (s b/β) e^bu e^-(s+1)E(u)."""
    r, alpha, b, s, beta = (float(one) for one in parameters)
    curved = Curved(np.full(len(x), np.log(s * b / beta)), 5)
    for at, one, sign in ((2, b, 1), (3, s, 1), (4, beta, -1)):
        add_log(curved, at, one, sign)
    add_tails(curved, r + x, alpha, _lifetime(parameters), t, leaving=True)
    return curved
