"""BG/BB: customers who may buy at set chances only: yearly donations, monthly visits, the sailings of a cruise.

Fader, Hardie and Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting". At each chance a
customer who is with us buys with probability p ~ Beta(alpha, beta); before each, the customer leaves for good with
probability θ ~ Beta(gamma, delta).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, logsumexp, polygamma, psi

from dangol.insight.analysis.estimators.beta_geo_expectation import leaving_chances
from dangol.insight.analysis.estimators.covariates import Effects, Number
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.horizon import BadHorizon
from dangol.insight.analysis.estimators.log_mixture import Curved, LogMixture, Way
from dangol.insight.analysis.estimators.summary import (
    Array,
    BadSummary,
    IntArray,
    PurchaseSummary,
    chance_summary,
    distinct,
    refuse_too_few,
)


class BetaGeoBetaBinomial(Fitted):
    """Fit and predict; x: chances taken, t_x: number of the last chance taken, n: chances there have been (counts).

    penalty: precision of a normal prior on the logarithms of the parameters; 0 is plain maximum likelihood.

    Learned by `fit`: see `Fitted`; params_: alpha, beta, gamma, delta (no unit); loglik_ is that of the sequences
    of purchases, without a factor for their possible orders.

    The likelihood of one customer (equation 5 of the source): with us to the end, or gone after the u-th chance,

    L = B(α+x, β+n-x)/B(α, β) · B(γ, δ+n)/B(γ, δ) + Σ_{u=t_x}^{n-1} B(α+x, β+u-x)/B(α, β) · B(γ+1, δ+u)/B(γ, δ)
    """

    NAMES = ("alpha", "beta", "gamma", "delta")
    TITLE = "BG/BB"
    ADVICE = (
        "Try more chances or more customers; or penalty=0.1, which draws the parameters mildly to 1, that is, to "
        "customers of every kind."
    )

    def fit(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike, *, weights: npt.ArrayLike | None = None
    ) -> Self:
        """Learn the parameters; weights: customers per row (default 1).

        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        rows = chance_summary(x, t_x, n, weights).like_rows_together()
        customers = float(rows.weights.sum())
        refuse_too_few(customers, float(rows.weights[rows.x > 0].sum()))
        if not float(rows.weights @ (rows.T - rows.x)) > 0:
            raise BadSummary("Every customer took every chance, so nothing can be learned of pauses or leaving.")
        starts = [np.log(start) for start in ((1.0, 1.0, 1.0, 3.0), (0.5, 1.0, 0.5, 2.0), (3.0, 3.0, 1.0, 9.0))]
        point, covariance, loglik = self._climb(self.likelihood(rows), starts, self.NAMES)
        values = np.exp(point)
        self._learn(self.NAMES, values, covariance * np.outer(values, values), loglik, customers)
        return self

    def likelihood(self, rows: PurchaseSummary) -> LogMixture:
        """What `fit` climbs: takes the logarithms of the parameters; rows: x, t_x and n as T."""
        return LogMixture(rows, _ways, shared=_begun, effects=Effects(self.NAMES, {}, ()))

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> Array:
        """Probability that a customer will be with us at the next chance, n + 1 (no unit).

        B(α+x, β+n-x) B(γ, δ+n+1) / (B(α, β) B(γ, δ) L) (equation 11 of the source).
        """
        rows, like = self._asked(x, t_x, n)
        gamma, delta = self.params_["gamma"], self.params_["delta"]
        return (self._here(rows) * (delta + rows.T) / (gamma + delta + rows.T))[like]

    def predict(self, t: int, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> Array:
        """Expected purchases of each customer at the next t chances (equation 13 of the source, summed up)."""
        rows, like = self._asked(x, t_x, n)
        return (self._here(rows) * self._rate(rows) * self._chances_met(rows.T, _whole(t)))[like]

    def residual_transactions(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike, discount: float) -> Array:
        """Discounted expected purchases at all chances to come: Σ_k E[purchases at chance n+k] / (1+discount)^k.

        discount: per chance, above 0 (equation 14 of the source, as the mean of (1-θ)/(discount+θ)).
        """
        if not (np.isfinite(discount) and discount > 0):
            raise BadHorizon(f"The discount is {discount:g}; over an endless time it must be above 0, per chance.")
        rows, like = self._asked(x, t_x, n)
        (seen,), own = distinct((rows.T,))
        gamma, delta = np.full_like(seen, self.params_["gamma"]), self.params_["delta"]
        leaves, weights = leaving_chances(gamma, delta + seen, np.full_like(seen, 1 / discount))
        worth = (weights * ((1 - leaves) / (discount + leaves))).sum(axis=1)
        return (self._here(rows) * self._rate(rows) * worth[own])[like]

    def expected_purchases(self, n: npt.ArrayLike) -> Array:
        """Expected purchases of a new customer at the first n chances, for each n (equation 8 of the source)."""
        alpha, beta, _, _ = self._params().values()
        counts = np.atleast_1d(np.asarray(n))
        met = [self._chances_met(np.zeros(1), _whole(count))[0] for count in counts]
        return alpha / (alpha + beta) * np.array(met)

    def pmf(self, m: npt.ArrayLike, n: int) -> Array:
        """Probability that a new customer buys at exactly m of the first n chances, for each m (equation 7)."""
        counts, last = np.atleast_1d(np.asarray(m, dtype=np.float64))[:, None], _whole(n)
        if not ((counts >= 0) & (counts == np.floor(counts))).all():
            raise BadSummary(f"m counts purchases and is 0 or more, a whole number; {counts.min():g} came.")
        alpha, beta, gamma, delta = self._params().values()
        until = np.arange(last + 1.0)  # chances met before leaving; the last entry: not left
        left = np.append(np.ones(last), 0.0)
        ends = betaln(gamma + left, delta + until) - betaln(gamma, delta)
        missed = np.maximum(until - counts, 0.0)
        taken = betaln(alpha + counts, beta + missed) - betaln(alpha, beta)
        orders = -np.log1p(until) - betaln(missed + 1, counts + 1)
        mass: Array = np.where(until >= counts, np.exp(taken + orders + ends), 0.0).sum(axis=1)
        return np.clip(mass, 0.0, 1.0)

    def _asked(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[PurchaseSummary, IntArray]:
        self._params()
        return chance_summary(x, t_x, n).like_rows_once()

    def _here(self, rows: PurchaseSummary) -> Array:
        """P(with us at chance n): the first of the ways over all of them."""
        alpha, beta, gamma, delta = self.params_.values()
        x, n = rows.x[:, None], rows.T[:, None]
        until = rows.t_x[:, None] + np.arange(int((rows.T - rows.t_x).max(initial=0.0)) + 1.0)
        met = np.minimum(until, n)
        gone = betaln(alpha + x, beta + (met - x)) + betaln(gamma + 1, delta + met)
        with_us = betaln(alpha + x, beta + (n - x)) + betaln(gamma, delta + n)
        heights = np.column_stack((with_us, np.where(until < n, gone, -np.inf)))
        here: Array = np.exp(np.minimum(heights[:, 0] - logsumexp(heights, axis=1), 0.0))
        return here

    def _rate(self, rows: PurchaseSummary) -> Array:
        """Expected purchases per chance while with us."""
        alpha, beta = self.params_["alpha"], self.params_["beta"]
        return (alpha + rows.x) / (alpha + beta + rows.T)

    def _chances_met(self, n: Array, t: int) -> Array:
        """Expected chances met with us among the next t, given with us at n: Σ_k B(γ, δ+n+k)/B(γ, δ+n)."""
        gamma, delta = self.params_["gamma"], self.params_["delta"]
        (seen,), like = distinct((n,))
        met, stays = np.zeros_like(seen), np.ones_like(seen)
        for k in range(t):
            stays *= (delta + seen + k) / (gamma + delta + seen + k)
            met += stays
        return met[like]


def _ways(rows: PurchaseSummary) -> Sequence[Way]:
    """With us to the end, or gone after the u-th chance, u = t_x … n-1."""
    ways = [Way(_with_us, rows.T)]
    for later in range(int((rows.T - rows.t_x).max(initial=0.0))):
        until = rows.t_x + later
        ways.append(Way(_gone, np.minimum(until, rows.T), np.where(until < rows.T, 0.0, -np.inf)))
    return ways


def _begun(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """-ln B(α, β) - ln B(γ, δ)."""
    alpha, beta, gamma, delta = parameters
    curved, one = Curved(np.zeros(len(x)), 4), np.ones(len(x))
    _add_betaln(curved, 0, alpha * one, beta * one, -1.0)
    _add_betaln(curved, 2, gamma * one, delta * one, -1.0)
    return curved


def _with_us(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [B(α+x, β+t-x) B(γ, δ+t)]."""
    return _until(parameters, x, t, 0.0)


def _gone(parameters: Sequence[Number], x: Array, t: Array) -> Curved:
    """ln [B(α+x, β+t-x) B(γ+1, δ+t)]."""
    return _until(parameters, x, t, 1.0)


def _until(parameters: Sequence[Number], x: Array, t: Array, left: float) -> Curved:
    alpha, beta, gamma, delta = parameters
    curved = Curved(np.zeros(len(x)), 4)
    _add_betaln(curved, 0, alpha + x, beta + (t - x))
    _add_betaln(curved, 2, (gamma + left) * np.ones(len(x)), delta + t)
    return curved


def _add_betaln(curved: Curved, first: int, a: Array, b: Array, sign: float = 1.0) -> None:
    """Add sign · ln B(a, b), a moving with parameter number `first` and b with the next."""
    both = psi(a + b)
    curved.value += sign * betaln(a, b)
    curved.slope[first] += sign * (psi(a) - both)
    curved.slope[first + 1] += sign * (psi(b) - both)
    bend = polygamma(1, a + b)
    curved.bends(first, first, sign * (polygamma(1, a) - bend))
    curved.bends(first + 1, first + 1, sign * (polygamma(1, b) - bend))
    curved.bends(first, first + 1, -sign * bend)


def _whole(count: float) -> int:
    if not (np.isfinite(count) and count >= 0 and count == np.floor(count)):
        raise BadHorizon(f"{count:g} chances were asked about; it must be a whole number, 0 or more.")
    return int(count)
