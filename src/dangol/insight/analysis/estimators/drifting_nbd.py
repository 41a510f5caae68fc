"""NBD with drifting rates: what a customer did lately says more of what comes next than what was done long ago.

Harvey and Fernandes (1989), "Time series models for count or qualitative observations" (the steady model of counts).
A customer buys at random with a rate that drifts; what is known of it fades, by half in each half-life. With
x = Σ 2^-(age of the purchase / half-life) over the repeat purchases and the time since the first counted alike,
T = h/ln 2 · (1 - 2^-(time/h)), the rate is Gamma(r + x, α + T). Without fading it is the NBD.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, polygamma, psi

from dangol.insight.analysis.estimators.asked import answered, named_numbers, one_number
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.horizon import span, spans
from dangol.insight.analysis.estimators.maximise import on_log_scale
from dangol.insight.analysis.estimators.parameters import BadParameters, checked
from dangol.insight.analysis.estimators.summary import (
    Array,
    BadSummary,
    drifting_summary,
    refuse_too_few,
)


class DriftingNBD(Fitted):
    """Fit and predict. Parameters: r (no unit), alpha (time); half_life: setting, in the time unit of the data.

    It is learned from what followed: n purchases in the time t after a day on which x and T were what they were. The
    likelihood of one customer is that of n, a negative binomial:

    P(n) = Γ(r+x+n)/(Γ(r+x) n!) ((α+T)/(α+T+t))^(r+x) (t/(α+T+t))^n

    loglik_ can be compared between half-lives on the same n, and with nothing else of the family.
    """

    NAMES = ("r", "alpha")
    TITLE = "NBD with drifting rates"
    ADVICE = "Try one line of business per fit, a longer period or more customers; or penalty=0.1."

    def __init__(self, half_life: float, *, penalty: float = 0.0) -> None:
        super().__init__(penalty=penalty)
        self.half_life = one_number("half_life", half_life, BadParameters)
        if not (np.isfinite(self.half_life) and self.half_life > 0):
            raise BadParameters(f"half_life is {self.half_life:g}; it is a time and must be above 0.")

    @classmethod
    def from_params(cls, params: Mapping[str, float]) -> Self:
        """An estimator that predicts with given r, alpha and half_life, in the time unit of the data to come."""
        given = named_numbers(params, BadParameters)
        estimator = cls(given.pop("half_life", 0.0))
        estimator.params_, estimator.standard_errors_ = checked(given, cls.NAMES), {}
        return estimator

    def fit(
        self,
        n: npt.ArrayLike,
        x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        t: float,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn r and alpha from n purchases within t after x and T; weights: customers per row (default 1).

        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        ahead = float(span(t)[0])
        if ahead == 0:
            raise BadSummary("t is 0: nothing can be learned from what followed within no time.")
        n, x, T, counts = drifting_summary(n, x, T, weights)
        customers = float(counts.sum())
        refuse_too_few(customers, float(counts[n > 0].sum()))
        scale = ahead + float(counts @ T) / customers
        rate = float(counts @ (n + x)) / float(counts @ (ahead + T) / scale)

        def objective(point: Array) -> tuple[float, Array, Array]:
            return _likelihood(np.exp(point), n, x, T / scale, ahead / scale, counts)

        starts = [np.log([r, r / rate]) for r in (0.5, 2.0, 10.0)]
        point, covariance, loglik = self._climb(objective, starts, self.NAMES)
        values = np.exp(point) * (1.0, scale)
        self._learn(self.NAMES, values, covariance * np.outer(values, values), loglik, customers)
        return self

    def weighted_time(self, time: npt.ArrayLike) -> Array:
        """T of customers whose first purchase lies `time` back."""
        return answered(self.half_life / log(2) * -np.expm1(-spans(time) * log(2) / self.half_life))

    def predict(self, t: float, x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Expected purchases of each customer within t: t (r + x) / (α + T)."""
        shape, rate = self._posterior(x, T)
        return answered(float(span(t)[0]) * shape / rate)

    def predict_all(self, t: npt.ArrayLike, x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Expected purchases of all these customers together within t, for each t."""
        shape, rate = self._posterior(x, T)
        return answered(spans(t) * float((shape / rate).sum()))

    def chance_of_purchase(self, t: float, x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Probability of at least one purchase within t."""
        shape, rate = self._posterior(x, T)
        return answered(-np.expm1(-shape * np.log1p(float(span(t)[0]) / rate)))

    def _posterior(self, x: npt.ArrayLike, T: npt.ArrayLike) -> tuple[Array, Array]:
        known = self._params()
        _, x, T, _ = drifting_summary(0.0, x, T, None)
        return known["r"] + x, known["alpha"] + T

    def _settings(self) -> dict[str, Any]:
        return super()._settings() | {"half_life": self.half_life}


def _likelihood(
    parameters: Array, n: Array, x: Array, T: Array, t: float, weights: Array
) -> tuple[float, Array, Array]:
    """Sum of ln P(n), with slopes and curvature by the logarithms of r and alpha."""
    r, alpha = parameters
    shape, rate = r + x, alpha + T
    later = rate + t
    value = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1) + shape * np.log(rate / later) + n * np.log(t / later)
    slope = np.array(
        [
            weights @ (psi(shape + n) - psi(shape) + np.log(rate / later)),
            weights @ (shape * t / (rate * later) - n / later),
        ]
    )
    mixed = float(weights @ (t / (rate * later)))
    bend = np.array(
        [
            [weights @ (polygamma(1, shape + n) - polygamma(1, shape)), mixed],
            [mixed, weights @ (n / later**2 - shape * (rate**-2 - later**-2))],
        ]
    )
    return float(weights @ value), *on_log_scale(parameters, slope, bend)
