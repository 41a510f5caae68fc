"""BG/NBD: how often a customer buys and whether the customer is still with us, without a contract.

Fader, Hardie and Lee (2005), "Counting your customers the easy way". While with us, a customer buys at random with
rate λ ~ Gamma(r, α); after each purchase the customer leaves for good with chance p ~ Beta(a, b).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaincinv

from dangol.insight.analysis.estimators.beta_geo_expectation import new_customer_purchases, purchases_while_alive
from dangol.insight.analysis.estimators.beta_geo_likelihood import BetaGeoLikelihood
from dangol.insight.analysis.estimators.maximise import Step, maximise, with_penalty
from dangol.insight.analysis.estimators.parameters import (
    NotFitted,
    ParameterEstimate,
    checked,
    estimates,
    natural_covariance,
)
from dangol.insight.analysis.estimators.summary import (
    Array,
    PurchaseSummary,
    distinct,
    grouped,
    purchase_summary,
    refuse_too_few,
)
from dangol.lib.errors import DangolError

NAMES = ("r", "alpha", "a", "b")
ADVICE = (
    "Try one line of business per fit, a longer period or more customers; or penalty=0.1, which draws the parameters "
    "mildly to the data's own scale."
)


class BadHorizon(DangolError):
    """The period asked for is negative, empty or not a whole number of steps."""


class BetaGeoNBD:
    """Fit and predict; x, t_x, T as in `summary.PurchaseSummary`, all in one time unit, the data's own.

    penalty: precision of a normal prior on the logarithms of the parameters, in the data's own scale (time over mean
        T); 0 is plain maximum likelihood. 0.1 keeps a fit of few customers from running away.

    Learned by `fit`: params_ (r: no unit; alpha: time; a, b: no unit), loglik_ (of the purchase times, on the data's
    own time scale, without penalty), converged_, standard_errors_ (by name), covariance_ (4, 4; r, alpha, a, b),
    n_customers_, trace_ (the steps of the climb).
    """

    params_: dict[str, float]
    loglik_: float
    converged_: bool
    standard_errors_: dict[str, float]
    covariance_: Array
    n_customers_: float
    trace_: tuple[Step, ...]

    def __init__(self, *, penalty: float = 0.0) -> None:
        self.penalty = penalty

    @classmethod
    def from_params(cls, params: Mapping[str, float]) -> Self:
        """An estimator that predicts with given r, alpha, a, b (time unit: that of alpha)."""
        estimator = cls()
        estimator.params_ = checked(dict(params), NAMES)
        estimator.standard_errors_ = {}
        return estimator

    def fit(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, weights: npt.ArrayLike | None = None
    ) -> Self:
        """Learn the parameters; weights: customers per row (default 1).

        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        rows = purchase_summary(x, t_x, T, weights)
        columns, counts = grouped((rows.x, rows.t_x, rows.T), rows.weights)
        refuse_too_few(float(counts.sum()), float(counts[columns[0] > 0].sum()))
        scale = float(counts @ columns[2] / counts.sum())
        likelihood = BetaGeoLikelihood(PurchaseSummary(columns[0], columns[1] / scale, columns[2] / scale, counts))
        top = maximise(
            with_penalty(likelihood, self.penalty),
            starts=_starts(likelihood),
            names=NAMES,
            of="The BG/NBD fit",
            advice=ADVICE,
        )
        values = np.exp(top.point) * np.array([1.0, scale, 1.0, 1.0])
        self.params_ = dict(zip(NAMES, values.tolist(), strict=True))
        # a density of purchase times: each repeat purchase brings one factor 1/scale back
        self.loglik_ = likelihood(top.point)[0] - float(counts @ columns[0]) * float(np.log(scale))
        self.covariance_ = natural_covariance(top.covariance, values)
        self.standard_errors_ = dict(zip(NAMES, np.sqrt(np.diag(self.covariance_)).tolist(), strict=True))
        self.n_customers_, self.trace_, self.converged_ = float(counts.sum()), top.trace, True
        return self

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Probability that a customer is still with us (no unit).

        P(alive) = 1 / (1 + a/(b+x-1) · ((α+T)/(α+t_x))^(r+x)) for x > 0, and 1 for x = 0: in this model nobody can
        leave before a repeat purchase.
        """
        return self._alive(purchase_summary(x, t_x, T))

    def purchase_rate(self, x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Expected purchases per time unit while with us: (r + x) / (α + T)."""
        params = self._params()
        x, T = _known(x, T)
        rate: Array = (params["r"] + x) / (params["alpha"] + T)
        return rate

    def purchase_rate_interval(self, x: npt.ArrayLike, T: npt.ArrayLike, *, level: float = 0.95) -> tuple[Array, Array]:
        """Posterior interval of the rate λ while with us, per time unit: quantiles of Gamma(r + x, α + T).

        The parameters are held fixed: their own uncertainty is not in it.
        """
        params = self._params()
        x, T = _known(x, T)
        counts, like = np.unique(x, return_inverse=True)
        low, high = (gammaincinv(params["r"] + counts, tail)[like] for tail in ((1 - level) / 2, (1 + level) / 2))
        return low / (params["alpha"] + T), high / (params["alpha"] + T)

    def predict(self, t: float, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Expected purchases of each customer in (T, T + t] (equation 10 of the source)."""
        rows = purchase_summary(x, t_x, T)
        ahead = self._while_alive(rows.x, rows.T, _spans(t), np.ones(1))
        return self._alive(rows) * ahead

    def expected_purchases(self, t: npt.ArrayLike) -> Array:
        """Expected repeat purchases of a new customer by age t, for each t (equation 9 of the source)."""
        times, like = np.unique(_spans(t), return_inverse=True)
        return new_customer_purchases(self._params(), times)[like]

    def chance_of_purchase(self, t: float, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Array:
        """Probability of at least one purchase in (T, T + t]: P(alive) · (1 - ((α+T)/(α+T+t))^(r+x))."""
        rows, params = purchase_summary(x, t_x, T), self._params()
        longer = np.log1p(_spans(t)[0] / (params["alpha"] + rows.T))
        once: Array = -np.expm1(-(params["r"] + rows.x) * longer)
        return self._alive(rows) * once

    def discounted_purchases(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        horizon: float,
        step: float,
        discount: float,
        year: float,
    ) -> Array:
        """Discounted expected purchases of each customer over the horizon, leaving allowed for.

        Σ_h E[purchases in (T+(h-1)·step, T+h·step]] / (1+discount)^(h·step/year), h = 1 … horizon/step.

        horizon, step: time, in the data's unit; discount: rate per year (0.10); year: length of a year in the data's
        unit (365.25 days, 52.18 weeks, 12 months). Raises BadHorizon.
        """
        rows = purchase_summary(x, t_x, T)
        times, factors = _schedule(horizon, step, discount, year)
        # by parts: purchases of step h are E(h) - E(h-1)
        by_end = factors - np.append(factors[1:], 0.0)
        return self._alive(rows) * self._while_alive(rows.x, rows.T, times, by_end)

    def discounted_purchases_if_alive(
        self, x: npt.ArrayLike, T: npt.ArrayLike, *, horizon: float, step: float, discount: float, year: float
    ) -> Array:
        """The same sum for a customer who stays throughout: Σ_h λ·step / (1+discount)^(h·step/year).

        λ is `purchase_rate`. Times margin it is the potential; `discounted_purchases` over it is the commitment.
        """
        _, factors = _schedule(horizon, step, discount, year)
        return self.purchase_rate(x, T) * (step * float(factors.sum()))

    def summary(self) -> tuple[ParameterEstimate, ...]:
        """r, alpha, a, b with standard errors and 95 % intervals."""
        return estimates(self._params(), self.standard_errors_)

    def _params(self) -> dict[str, float]:
        if not hasattr(self, "params_"):
            raise NotFitted("This BG/NBD has no parameters yet: call fit, or build it with from_params.")
        return self.params_

    def _alive(self, rows: PurchaseSummary) -> Array:
        params = self._params()
        silence = np.log1p((rows.T - rows.t_x) / (params["alpha"] + rows.t_x))
        # x = 0 is set to 1 below; the maximum only keeps its logarithm defined
        earlier = np.maximum(params["b"] + rows.x - 1, np.finfo(np.float64).tiny)
        z = np.log(params["a"]) - np.log(earlier) + (params["r"] + rows.x) * silence
        return np.where(rows.x > 0, expit(-z), 1.0)

    def _while_alive(self, x: Array, T: Array, times: Array, factors: Array) -> Array:
        (x, T), like = distinct((x, T))
        return purchases_while_alive(self._params(), x, T, times, factors=factors)[like]


def _starts(likelihood: BetaGeoLikelihood) -> list[Array]:
    """Where to begin, time being measured in mean T: at the average rate, with few, some and many leaving."""
    rate = float(likelihood.at_x @ likelihood.x) / likelihood.n
    return [np.log([r, r / rate, a, b]) for r, a, b in ((0.5, 0.7, 2.0), (1.0, 0.1, 2.0), (5.0, 2.0, 5.0))]


def _known(x: npt.ArrayLike, T: npt.ArrayLike) -> tuple[Array, Array]:
    # the last purchase does not matter to who is alive now; any that is possible will do
    x = np.asarray(x, dtype=np.float64)
    rows = purchase_summary(x, np.where(x > 0, np.asarray(T, dtype=np.float64), 0.0), T)
    return rows.x, rows.T


def _spans(t: npt.ArrayLike) -> Array:
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    if not (np.isfinite(times) & (times >= 0)).all():
        raise BadHorizon(f"The period ahead is {times.min():g}; it must be 0 or longer, in the time unit of the data.")
    return times


def _schedule(horizon: float, step: float, discount: float, year: float) -> tuple[Array, Array]:
    """End of each step from now, and its discount factor."""
    if not (step > 0 and horizon > 0 and year > 0 and discount > -1 and np.isfinite(horizon)):
        raise BadHorizon(
            f"horizon {horizon}, step {step} and year {year} must be above 0, and discount {discount} above -1."
        )
    steps = round(horizon / step)
    if steps < 1 or abs(steps * step - horizon) > 1e-9 * horizon:
        raise BadHorizon(f"The horizon {horizon} is not a whole number of steps of {step}.")
    ends = step * np.arange(1.0, steps + 1)
    return ends, np.exp(-np.log1p(discount) / year * ends)
