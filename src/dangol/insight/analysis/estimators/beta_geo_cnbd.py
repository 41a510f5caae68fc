"""BG/CNBD-k: the BG/NBD for customers who buy more regularly than at random: coffee every week, a haircut a month.

Reutterer, Platzer and Schröder (2021), "Leveraging purchase regularity for predicting customer behavior the easy way".
Between purchases lie k beats of a random clock of rate λ ~ Gamma(r, α), so times between purchases are Erlang-k with
mean k/λ; after each purchase the customer leaves for good with chance p ~ Beta(a, b). k = 1 is the BG/NBD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, expit, gammaln, logsumexp, xlogy

from dangol.insight.analysis.estimators.asked import named_numbers, one_number
from dangol.insight.analysis.estimators.beta_geo_nbd import left_at_last, stayed_on
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.covariates import Covariates, Number
from dangol.insight.analysis.estimators.erlang_expectation import (
    purchases_by_beat,
    purchases_if_staying,
    purchases_of_all,
)
from dangol.insight.analysis.estimators.log_mixture import Curved, Way
from dangol.insight.analysis.estimators.maximise import NotConverged
from dangol.insight.analysis.estimators.parameters import BadParameters
from dangol.insight.analysis.estimators.poisson_buyers import gamma_rate, rising, waited
from dangol.insight.analysis.estimators.summary import (
    Array,
    BadSummary,
    PurchaseSummary,
    log_times,
    purchase_summary,
    refuse_mixed_units,
)

# looked for, and taken where it is given
MOST_BEATS, MOST_GIVEN = 12, 100


class BetaGeoCNBD(BuyTillYouDie):
    """Fit and predict as in `BuyTillYouDie`. Parameters: r (no unit), alpha (time), a, b (no unit), k (count).

    k: beats per purchase; None: the k of the highest likelihood is found, up to 12.

    The likelihood of one customer, of the purchase times (equation 4 of the source), Π the product of the times
    between purchases and d = T - t_x:

    L = Π^(k-1)/(k-1)!^x · B(a, b+x)/B(a, b) · Γ(r+kx) α^r/Γ(r) ·
        ( Σ_{j<k} d^j/j! Γ(r+kx+j)/Γ(r+kx) (α+T)^-(r+kx+j) + [x>0] a/(b+x-1) (α+t_x)^-(r+kx) )

    P(alive) is the first sum over both. Given alive, j beats are over since the last purchase with the chance of its
    part of the sum, and the clock's rate is Gamma(r+kx+j, α+T): a mixture of k of these, which depends on t_x. What one
    who stays buys is not λ/k times the time, but the whole purchases of M + j beats (`erlang_expectation`).
    """

    NAMES = ("r", "alpha", "a", "b")
    TITLE = "BG/CNBD-k"
    IN_TIME = {"alpha": 1.0}

    # purchases at which a customer can have left, besides the repeat purchases
    FIRST: ClassVar[int] = 0

    def __init__(self, k: int | None = None, *, penalty: float = 0.0) -> None:
        super().__init__(penalty=penalty)
        self.k = None if k is None else _beats(k)
        self._k = self.k or 1

    @classmethod
    def from_params(cls, params: Mapping[str, float]) -> Self:
        """An estimator that predicts with given r, alpha, a, b and k, in the time unit of the data to come."""
        given = named_numbers(params, BadParameters)
        beats = _beats(given.pop("k", 0))
        estimator = super().from_params(given)
        estimator._k = beats
        estimator.params_["k"] = float(estimator._k)
        return estimator

    @property
    def k_(self) -> int:
        """Beats per purchase, given or found."""
        return int(self._params()["k"])

    def fit(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        covariates: Covariates | None = None,
        same_unit: bool = False,
        litt: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the parameters; litt: sum of the natural logarithms of the times between purchases (0 for x = 0).

        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        if litt is None or (covariates is not None and named_numbers(covariates, BadSummary)):
            raise BadSummary(
                f"The {self.TITLE} wants litt, the sum of the logarithms of the times between purchases of each "
                "customer, and takes no covariates."
            )
        rows = purchase_summary(x, t_x, T, weights)
        if not same_unit:
            refuse_mixed_units(rows)
        logs = float(rows.weights @ log_times(litt, rows))
        rows = rows.like_rows_together()
        if self.k is None:
            self._learn_from(self._most_likely(rows, logs))
        else:
            self._fit_beats(self.k, rows, logs)
        return self

    def _most_likely(self, rows: PurchaseSummary, logs: float) -> Self:
        """The fit of the k before which the likelihood rises and after which it falls."""
        best, refused = None, None
        for k in range(1, MOST_BEATS + 1):
            trial = type(self)(k, penalty=self.penalty)
            try:
                trial._fit_beats(k, rows, logs)
            except NotConverged as error:
                refused = refused or error
                continue
            if best and trial.loglik_ < best.loglik_:
                break
            best = trial
        if best is None:
            raise refused or NotConverged(f"The {self.TITLE} fit did not converge for any k.", ())
        return best

    def _learn_from(self, other: Self) -> None:
        """Keep what the other has learned, and the settings that are our own."""
        vars(self).update({name: kept for name, kept in vars(other).items() if name not in self._settings()})

    def _fit_beats(self, k: int, rows: PurchaseSummary, logs: float) -> None:
        self._k = k
        self._fit_rows(rows, ())
        self.loglik_ += (k - 1) * logs - float(gammaln(k) * (rows.weights @ rows.x))
        self.params_["k"] = float(k)

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        silence = rows.T - rows.t_x
        gone = None if self.FIRST else np.where(rows.x > 0, 0.0, -np.inf)
        here = [Way(partial(self._here, j), rows.T, xlogy(j, silence) - gammaln(j + 1)) for j in range(self._k)]
        return *here, Way(self._left, rows.t_x, gone)

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        r, alpha, a, b = parameters
        curved = Curved(np.zeros(len(x)), 4)
        gamma_rate(curved, r, alpha, self._k * x)
        stayed_on(curved, a, b, x + self.FIRST)
        return curved

    def _here(self, j: int, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        """ln [Γ(r+kx+j)/Γ(r+kx) α^-j (1+t/α)^-(r+kx+j)]: with us, j beats after the last purchase."""
        r, alpha, _, _ = parameters
        curved = Curved(np.zeros(len(x)), 4)
        waited(curved, r, alpha, self._k * x + j, t)
        rising(curved, 0, r + self._k * x, np.full_like(x, j))
        curved.value -= j * np.log(alpha)
        curved.slope[1] -= j / alpha
        curved.bends(1, 1, j / np.asarray(alpha) ** 2)
        return curved

    def _left(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        """ln [a/(b+x-1) (1+t/α)^-(r+kx)]: left after the last purchase seen."""
        r, alpha, a, b = parameters
        curved = Curved(np.zeros(len(x)), 4)
        waited(curved, r, alpha, self._k * x, t)
        left_at_last(curved, a, b + np.maximum(x + self.FIRST, 1.0) - 1)
        return curved

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """At the average rate of beats, with few, some and many leaving."""
        beats = rate * self._k
        return [(r, r / beats, a, b) for r, a, b in ((0.5, 0.7, 2.0), (1.0, 0.1, 2.0), (5.0, 2.0, 5.0))]

    def _beats_over(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        """ln of the parts of the first sum, over (α+T)^-(r+kx): (k, n), one for each number of beats over."""
        r, alpha, _, _ = parameters
        shape, j = r + self._k * rows.x, np.arange(float(self._k))[:, None]
        share = (rows.T - rows.t_x) / (alpha + rows.T)
        parts: Array = gammaln(shape + j) - gammaln(shape) - gammaln(j + 1) + xlogy(j, share)
        return parts

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        r, alpha, a, b = parameters
        here = logsumexp(self._beats_over(parameters, rows), axis=0)
        silence = np.log1p((rows.T - rows.t_x) / (alpha + rows.t_x))
        earlier = b + np.maximum(rows.x + self.FIRST, 1.0) - 1
        gone = np.log(a) - np.log(earlier) + (r + self._k * rows.x) * silence
        return np.where(rows.x + self.FIRST > 0, expit(here - gone), 1.0)

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        r, alpha, a, b = parameters
        ahead = purchases_by_beat(
            self._k, r + self._k * rows.x, alpha + rows.T, float(a), b + (rows.x + self.FIRST), times, factors
        )
        return self._over_beats(parameters, rows, ahead.T)

    def _staying(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        r, alpha, _, _ = parameters
        ahead = purchases_if_staying(self._k, r + self._k * rows.x, alpha + rows.T, times, factors)
        return self._over_beats(parameters, rows, ahead.T)

    def _shape(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        """Of the mixture: E² / (E + Var), E and Var those of its shapes."""
        shapes = parameters[0] + self._k * rows.x + np.arange(float(self._k))[:, None]
        mean = self._over_beats(parameters, rows, shapes)
        spread = self._over_beats(parameters, rows, (shapes - mean) ** 2)
        shape: Array = mean**2 / (mean + spread)
        return shape

    def _all_ahead(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array) -> Array:
        r, alpha, a, b = parameters
        parts = self._beats_over(parameters, rows)
        over = rows.weights * self._alive(parameters, rows) * np.exp(parts - logsumexp(parts, axis=0))
        chances = b + (rows.x + self.FIRST)
        return purchases_of_all(r + self._k * rows.x, alpha + rows.T, float(a), chances, times, over.T)

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        """At least k - j beats come within t."""
        r, alpha, _, _ = parameters
        j = np.arange(float(self._k))[:, None]
        enough: Array = betainc(self._k - j, r + self._k * rows.x + j, t / (alpha + rows.T + t))
        return self._over_beats(parameters, rows, enough)

    def _over_beats(self, parameters: Sequence[Number], rows: PurchaseSummary, values: Array) -> Array:
        """Mean of values (k, n) over the beats that may be over since the last purchase."""
        parts = self._beats_over(parameters, rows)
        mean: Array = (np.exp(parts - logsumexp(parts, axis=0)) * values).sum(axis=0)
        return mean

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        r, alpha, a, b = parameters
        one = np.ones_like(times)
        with np.errstate(divide="ignore", over="ignore"):
            rate = alpha / times  # rate and time only matter by their ratio
        ahead = purchases_by_beat(self._k, r * one, rate, a, (b + self.FIRST) * one, np.ones(1), np.ones(1))
        return (b / (a + b)) ** self.FIRST * ahead[:, 0]

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        """With us after n purchases, or gone at the n-th."""
        r, alpha, a, b = parameters
        possible, y = counts + self.FIRST, t / (alpha + t)
        least = np.where(counts > 0, betainc(self._k * np.maximum(counts, 1), r, y), 1.0)
        here = np.exp(betaln(a, b + possible) - betaln(a, b)) * (least - betainc(self._k * (counts + 1), r, y))
        went = np.exp(betaln(a + 1, b + np.maximum(possible, 1) - 1) - betaln(a, b)) * least
        return here + np.where(possible > 0, went, 0.0)

    def _settings(self) -> dict[str, Any]:
        return super()._settings() | {"k": self.k}

    def _remember(self, told: dict[str, Any]) -> None:
        super()._remember(told)
        self._k = _beats(self.params_["k"])


def _beats(k: float) -> int:
    beats = one_number("k", k, BadParameters)
    if not (1 <= beats <= MOST_GIVEN and beats == np.floor(beats)):
        raise BadParameters(f"k is {beats:g}; it counts beats per purchase: a whole number from 1 to {MOST_GIVEN}.")
    return int(beats)
