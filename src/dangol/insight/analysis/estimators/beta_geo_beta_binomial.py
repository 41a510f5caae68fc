"""BG/BB: customers who may buy at set chances only: yearly donations, monthly visits, the sailings of a cruise.

Fader, Hardie and Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting". At each chance a
customer who is with us buys with probability p ~ Beta(alpha, beta); before each, the customer leaves for good with
probability θ ~ Beta(gamma, delta).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, expit, polygamma, psi

from dangol.insight.analysis.estimators.asked import answered, counts_of, one_number
from dangol.insight.analysis.estimators.beta_geo_expectation import leaving_chances
from dangol.insight.analysis.estimators.covariates import Effects, Number
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.horizon import BadHorizon, endless, spans
from dangol.insight.analysis.estimators.log_mixture import Curved, LogMixture, Way
from dangol.insight.analysis.estimators.silent_chances import gone_by
from dangol.insight.analysis.estimators.summary import (
    MOST_CHANCES,
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
        return answered((self._here(rows) * self._stays(rows.T))[like])

    def predict(self, t: int, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> Array:
        """Expected purchases of each customer at the next t chances (equation 13 of the source, summed up)."""
        rows, like = self._asked(x, t_x, n)
        return answered((self._here(rows) * self._rate(rows) * self._chances_met(rows.T, _whole(t)))[like])

    def residual_transactions(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike, discount: float) -> Array:
        """Discounted expected purchases at all chances to come: Σ_k E[purchases at chance n+k] / (1+discount)^k.

        discount: per chance, above 0 (equation 14 of the source, as the mean of (1-θ)/(discount+θ)).
        """
        discount = endless(discount, "chance")
        rows, like = self._asked(x, t_x, n)
        (seen,), own = distinct((rows.T,))
        gamma, delta = np.full_like(seen, self.params_["gamma"]), self.params_["delta"]
        leaves, weights = leaving_chances(gamma, delta + seen, np.full_like(seen, 1 / discount))
        worth = (weights * ((1 - leaves) / (discount + leaves))).sum(axis=1)
        return answered((self._here(rows) * self._rate(rows) * worth[own])[like])

    def expected_purchases(self, n: npt.ArrayLike) -> Array:
        """Expected purchases of a new customer at the first n chances, for each n (equation 8 of the source)."""
        alpha, beta, _, _ = self._params().values()
        counts = _whole_numbers(n)
        met = np.append(0.0, np.cumsum(np.cumprod(self._stays(np.arange(float(counts.max(initial=0)))))))
        return answered(alpha / (alpha + beta) * met[counts])

    def pmf(self, m: npt.ArrayLike, n: int) -> Array:
        """Probability that a new customer buys at exactly m of the first n chances, for each m (equation 7)."""
        counts, last = counts_of("m", m)[:, None], _whole(n)
        alpha, beta, gamma, delta = self._params().values()
        until = np.arange(last + 1.0)  # chances met before leaving; the last entry: not left
        left = np.append(np.ones(last), 0.0)
        ends = betaln(gamma + left, delta + until) - betaln(gamma, delta)
        missed = np.maximum(until - counts, 0.0)
        taken = betaln(alpha + counts, beta + missed) - betaln(alpha, beta)
        orders = -np.log1p(until) - betaln(missed + 1, counts + 1)
        mass: Array = np.where(until >= counts, np.exp(taken + orders + ends), 0.0).sum(axis=1)
        return answered(np.clip(mass, 0.0, 1.0))

    def _asked(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[PurchaseSummary, IntArray]:
        self._params()
        return chance_summary(x, t_x, n).like_rows_once()

    def _here(self, rows: PurchaseSummary) -> Array:
        """P(with us at chance n): the first of the ways over all of them."""
        alpha, beta, gamma, delta = self.params_.values()

        def gone(x: Array, u: Array) -> Curved:
            return Curved(betaln(alpha + x, beta + (u - x)) + betaln(gamma + 1, delta + u), 0)

        with_us = betaln(alpha + rows.x, beta + (rows.T - rows.x)) + betaln(gamma, delta + rows.T)
        here: Array = expit(with_us - gone_by(gone, rows.x, rows.t_x, rows.T, 0).value)
        return here

    def _rate(self, rows: PurchaseSummary) -> Array:
        """Expected purchases per chance while with us."""
        alpha, beta = self.params_["alpha"], self.params_["beta"]
        return (alpha + rows.x) / (alpha + beta + rows.T)

    def _stays(self, n: Array) -> Array:
        """P(with us at chance n+1, given with us at n)."""
        gamma, delta = self.params_["gamma"], self.params_["delta"]
        return (delta + n) / (gamma + delta + n)

    def _chances_met(self, n: Array, t: int) -> Array:
        """Expected chances met with us among the next t, given with us at n: Σ_k B(γ, δ+n+k)/B(γ, δ+n)."""
        (seen,), like = distinct((n,))
        met, stays = np.zeros_like(seen), np.ones_like(seen)
        for k in range(t):
            stays *= self._stays(seen + k)
            met += stays
        return met[like]


def _ways(rows: PurchaseSummary) -> Sequence[Way]:
    """With us to the end, or gone after one of the chances let go by."""
    (t_x, n), silence = distinct((rows.t_x, rows.T))

    def gone(parameters: Sequence[Number], x: Array, which: Array) -> Curved:
        """ln Σ_u [B(α+x, β+u-x) B(γ+1, δ+u)] over u = t_x … n-1; for the time stands which (t_x, n) it is."""
        of = which.astype(np.intp)
        return gone_by(partial(_until, parameters, left=1.0), x, t_x[of], n[of], 4)

    return Way(_with_us, rows.T), Way(gone, silence.astype(np.float64))


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


def _until(parameters: Sequence[Number], x: Array, t: Array, left: float) -> Curved:
    """ln [B(α+x, β+t-x) B(γ+left, δ+t)]."""
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
    return int(_whole_numbers(one_number("The number of chances", count, BadHorizon))[0])


def _whole_numbers(counts: npt.ArrayLike) -> IntArray:
    chances = spans(counts)
    bad = (chances > MOST_CHANCES) | (chances != np.floor(chances))
    if bad.any():
        raise BadHorizon(
            f"{chances[bad][0]:g} chances were asked about; it must be a whole number, 0 or more and {MOST_CHANCES:,} "
            "at most."
        )
    return chances.astype(np.intp)
