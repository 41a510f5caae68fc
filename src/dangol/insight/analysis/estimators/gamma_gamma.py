"""Gamma-Gamma: what a customer spends per purchase, given the mean of the purchases seen.

Fader and Hardie (2013), "The Gamma-Gamma model of monetary value". Spends of one customer are Gamma(p, ν) with
ν ~ Gamma(q, v); how much and how often are taken to be independent.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, gammaln, polygamma, psi

from dangol.insight.analysis.estimators.asked import answered, tails_of
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.maximise import on_log_scale
from dangol.insight.analysis.estimators.summary import (
    Array,
    BadSummary,
    SpendSummary,
    grouped,
    refuse_too_few,
    spend_summary,
)
from dangol.lib.errors import DangolError


class NoFiniteMean(DangolError):
    """With these parameters the expected spend of a customer is infinite."""


class GammaGamma(Fitted):
    """Fit and expect; x: purchases that the mean is over (count), mean_spend: money per purchase.

    penalty: precision of a normal prior on the logarithms of the parameters, in the data's own scale (money over its
        mean); 0 is plain maximum likelihood.

    Learned by `fit`: see `Fitted`; params_: p, q (no unit), v (money); loglik_ is that of the means.
    """

    NAMES = ("p", "q", "v")
    TITLE = "Gamma-Gamma"
    ADVICE = (
        "Try penalty=0.1, which draws the parameters mildly to the data's own scale; where all customers spend nearly "
        "the same, the plain mean is the answer."
    )

    def fit(self, x: npt.ArrayLike, mean_spend: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> Self:
        """Learn the parameters from customers with at least one purchase; weights: customers per row (default 1).

        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        rows = spend_summary(x, mean_spend, weights)
        if not (rows.x > 0).all():
            raise BadSummary(f"{int((rows.x == 0).sum()):,} customers have no purchase (x is 0); leave them out.")
        (counts, means), customers = grouped((rows.x, rows.mean_spend), rows.weights)
        refuse_too_few(float(customers.sum()), float(customers[counts > 1].sum()))
        scale = float(customers @ means / customers.sum())
        likelihood = GammaGammaLikelihood(SpendSummary(counts, means / scale, customers))
        point, covariance, loglik = self._climb(likelihood, _starts(), self.NAMES)
        values = np.exp(point) * np.array([1.0, 1.0, scale])
        # a density of one mean per customer: each brings one factor 1/scale back
        loglik -= float(customers.sum()) * float(np.log(scale))
        self._learn(self.NAMES, values, covariance * np.outer(values, values), loglik, float(customers.sum()))
        return self

    def expected_spend(self, x: npt.ArrayLike, mean_spend: npt.ArrayLike) -> Array:
        """Expected money per purchase: p (v + x·mean) / (p x + q - 1); for x = 0 the mean of all, p v / (q - 1).

        With x = 0 mean_spend is not looked at. Raises NoFiniteMean where the denominator is not above 0.
        """
        shape, rate = self._posterior(x, mean_spend)
        if not (shape > 1).all():
            raise NoFiniteMean(
                f"The expected spend of {int((shape <= 1).sum()):,} customers is infinite (q is "
                f"{self.params_['q']:.3g}): spends differ too wildly for a mean. Leave out extreme amounts and refit."
            )
        return answered(self.params_["p"] * rate / (shape - 1))

    def expected_spend_interval(
        self, x: npt.ArrayLike, mean_spend: npt.ArrayLike, *, level: float = 0.95
    ) -> tuple[Array, Array]:
        """Posterior interval of a customer's own mean spend p/ν, with ν ~ Gamma(p x + q, v + x·mean).

        The parameters are held fixed: their own uncertainty is not in it. Raises BadLevel, and BeyondNumbers where
        spends differ so wildly that an end is infinite.
        """
        shape, rate = self._posterior(x, mean_spend)
        least, most = tails_of(level)
        shapes, like = np.unique(shape, return_inverse=True)
        with np.errstate(divide="ignore", over="ignore"):
            low, high = (self.params_["p"] * rate / gammaincinv(shapes, tail)[like] for tail in (most, least))
        return answered(low), answered(high)

    def _posterior(self, x: npt.ArrayLike, mean_spend: npt.ArrayLike) -> tuple[Array, Array]:
        """Shape and rate of ν given what was seen."""
        self._params()
        rows = spend_summary(x, mean_spend)
        total = rows.x * np.where(rows.x > 0, rows.mean_spend, 0.0)
        return self.params_["p"] * rows.x + self.params_["q"], self.params_["v"] + total


class GammaGammaLikelihood:
    """Called with the logarithms of (p, q, v), returns log-likelihood, gradient and Hessian by them.

    L = Γ(px+q)/(Γ(px) Γ(q)) · v^q m^(px-1) x^(px) / (v + x m)^(px+q), m the mean (equation 1a of the source).
    """

    def __init__(self, rows: SpendSummary) -> None:
        self.rows, self.n = rows, float(rows.weights.sum())
        self.x, row_x = np.unique(rows.x, return_inverse=True)
        self.at_x = np.bincount(row_x, weights=rows.weights)
        self.total = rows.x * rows.mean_spend
        self.x_log_total = float((rows.weights * rows.x) @ np.log(self.total))
        self.log_means = float(rows.weights @ np.log(rows.mean_spend))

    def __call__(self, logarithms: Array) -> tuple[float, Array, Array]:
        p, q, v = parameters = np.exp(logarithms)
        gammas, gamma_slope, gamma_bend = self._gammas(p, q)
        spends, spend_slope, spend_bend = self._spends(p, q, v)
        return gammas + spends, *on_log_scale(parameters, gamma_slope + spend_slope, gamma_bend + spend_bend)

    def _gammas(self, p: float, q: float) -> tuple[float, Array, Array]:
        """Σ ln Γ(px+q) - ln Γ(px) - ln Γ(q)."""
        x, w, n = self.x, self.at_x, self.n
        value = w @ (gammaln(p * x + q) - gammaln(p * x)) - n * gammaln(q)
        both, alone = psi(p * x + q), psi(p * x)
        gradient = np.array([(w * x) @ (both - alone), w @ both - n * psi(q), 0.0])
        both, alone = polygamma(1, p * x + q), polygamma(1, p * x)
        hessian = np.zeros((3, 3))
        hessian[0, 0] = (w * x**2) @ (both - alone)
        hessian[0, 1] = hessian[1, 0] = (w * x) @ both
        hessian[1, 1] = w @ both - n * polygamma(1, q)
        return float(value), gradient, hessian

    def _spends(self, p: float, q: float, v: float) -> tuple[float, Array, Array]:
        """Σ q ln v + (px-1) ln m + px ln x - (px+q) ln(v + xm)."""
        w, n = self.rows.weights, self.n
        log_rate, scale = np.log(v + self.total), 1 / (v + self.total)
        w_x = w * self.rows.x
        x_log, logs, x_scale, scales = w_x @ log_rate, w @ log_rate, w_x @ scale, w @ scale
        value = n * q * np.log(v) - self.log_means + p * (self.x_log_total - x_log) - q * logs
        gradient = np.array([self.x_log_total - x_log, n * np.log(v) - logs, n * q / v - p * x_scale - q * scales])
        hessian = np.zeros((3, 3))
        hessian[0, 2] = hessian[2, 0] = -x_scale
        hessian[1, 2] = hessian[2, 1] = n / v - scales
        hessian[2, 2] = (p * w_x + q * w) @ scale**2 - n * q / v**2
        return float(value), gradient, hessian


def _starts() -> list[Array]:
    """Where to begin, money being measured in its mean: spends that differ little, more, wildly."""
    return [np.log([p, q, (q - 1) / p]) for p, q in ((2.0, 4.0), (6.0, 4.0), (1.0, 2.0))]
