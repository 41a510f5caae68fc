"""Weibull: how long contracts last, given what is known of customers from the start, also beyond what was seen.

ln of the time that a contract lasts is linear in the covariates (accelerated failure time; Kalbfleisch and Prentice
2002, "The statistical analysis of failure time data", chapter 2). lifelines finds the parameters.
"""

from __future__ import annotations

import warnings
from typing import Self

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import answered, named_numbers
from dangol.insight.analysis.estimators.covariates import Covariates, columns_of, standardised
from dangol.insight.analysis.estimators.horizon import MOST_STEPS, BadHorizon, spans
from dangol.insight.analysis.estimators.parameters import NotFitted, ParameterEstimate
from dangol.insight.analysis.estimators.summary import Array
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.survival.contracts import (
    BadContracts,
    Contracts,
    NoFit,
    column,
    contracts,
    entries,
    refuse_too_few,
)

ADVICE = "Leave out covariates that say the same or that decide alone who leaves, or take more customers."
# a coefficient that multiplies the time by e^15 for one spread of its covariate has run away, and one that is not
# known to a factor of e^10 is not known at all
FARTHEST, VAGUEST = 15.0, 10.0


class WeibullLeaving:
    """Fit and predict. S(t) = exp(-(t/λ)^ρ), ln λ = ln λ₀ + Σ coefficient · covariate; t in months.

    ρ below 1: leaving becomes rarer with age; a coefficient above 0: stays longer, e^coefficient times as long.

    Learned by `fit`: params_ (scale: λ₀ in months, shape: ρ, then the coefficients by the covariates' names),
    standard_errors_ (of ln scale, ln shape and the coefficients), loglik_, covariates_, n_customers_; n_untold_:
    customers with us for 0 months, who tell nothing and were left out.
    """

    params_: dict[str, float]
    standard_errors_: dict[str, float]
    loglik_: float
    covariates_: tuple[str, ...]
    n_customers_: int
    n_untold_: int

    def fit(
        self,
        months: npt.ArrayLike,
        ended: npt.ArrayLike,
        *,
        covariates: Covariates | None = None,
        entered: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from contracts that ended (1) and that still run (0); covariates: name → one number per customer.

        entered: age from which each was seen (0).
        Raises BadSummary (the data cannot be true, or are too few) and NoFit (there is no maximum).
        """
        rows = contracts(months, ended)
        columns = columns_of(covariates, None, len(rows))
        told, ages = rows.months > 0, entries(entered, rows)
        known = rows.of(told)
        refuse_too_few(known)
        z, centre, spread = standardised(
            tuple(one[told] for one in columns.values()), np.ones(len(known)), tuple(columns)
        )
        _refuse_alike(z)
        found, covariance, loglik = _climbed(known, z, ages[told])
        # back from standardised covariates: coefficients over their spread, the scale where all covariates are 0
        back = np.eye(len(found))
        for i, (middle, wide) in enumerate(zip(centre, spread, strict=True), start=2):
            back[i, i], back[0, i] = 1 / wide, -middle / wide
        values, errors = back @ found, np.sqrt(np.diag(back @ covariance @ back.T))
        names = ("scale", "shape", *columns)
        self.params_ = dict(zip(names, [*np.exp(values[:2]).tolist(), *values[2:].tolist()], strict=True))
        self.standard_errors_ = dict(zip(names, errors.tolist(), strict=True))
        self.covariates_, self.loglik_ = tuple(columns), loglik
        self.n_customers_, self.n_untold_ = len(known), int((~told).sum())
        return self

    def summary(self) -> tuple[ParameterEstimate, ...]:
        """The parameters with standard errors and 95 % intervals (of scale and shape on their logarithms)."""
        return tuple(self._shown(name, value) for name, value in self._params().items())

    def survival(self, ahead: int, age: npt.ArrayLike, *, covariates: Covariates | None = None) -> Array:
        """Chance of being with us after 1 … `ahead` more months, given with us now at `age` months.

        (customers, ahead). Raises BadHorizon.
        """
        now = column("age", age)
        if (now < 0).any():
            raise BadHorizon("An age is negative; it counts months with us, 0 or more.")
        scale, shape = self._scale(covariates, len(now)), self._params()["shape"]
        later = now[:, None] + months_ahead(ahead)
        with np.errstate(over="ignore", invalid="ignore"):
            lost = (later / scale[:, None]) ** shape - ((now / scale) ** shape)[:, None]
        return answered(np.exp(-np.maximum(lost, 0.0)).ravel()).reshape(later.shape)

    def median(self, *, covariates: Covariates | None = None) -> Array:
        """Months after which half of new customers have left: λ (ln 2)^(1/ρ), for each entry of the covariates."""
        given = {} if covariates is None else named_numbers(covariates, BadContracts)
        size = max((len(column(name, values)) for name, values in given.items()), default=1)
        return answered(self._scale(covariates, size) * np.log(2.0) ** (1 / self._params()["shape"]))

    def _scale(self, covariates: Covariates | None, size: int) -> Array:
        known = self._params()
        columns = columns_of(covariates, self.covariates_, size)
        log_scale = np.full(size, np.log(known["scale"]))
        for name, values in columns.items():
            log_scale += known[name] * values
        with np.errstate(over="ignore"):
            return answered(np.exp(log_scale))

    def _shown(self, name: str, value: float) -> ParameterEstimate:
        reach = NORMAL_975 * self.standard_errors_[name]
        if name in self.covariates_:
            return ParameterEstimate(name, value, self.standard_errors_[name], value - reach, value + reach)
        factor = float(np.exp(min(reach, 700.0)))
        return ParameterEstimate(name, value, value * self.standard_errors_[name], value / factor, value * factor)

    def _params(self) -> dict[str, float]:
        if not hasattr(self, "params_"):
            raise NotFitted("This Weibull model has no parameters yet: call fit.")
        return self.params_


def months_ahead(ahead: int) -> Array:
    """1, 2, … months ahead; raises BadHorizon."""
    last = spans(ahead)
    if len(last) != 1 or not 1 <= last[0] <= MOST_STEPS or last[0] != np.floor(last[0]):
        raise BadHorizon(f"The months ahead must be one whole number from 1 to {MOST_STEPS:,}.")
    return np.arange(1.0, last[0] + 1)


def _refuse_alike(z: tuple[Array, ...]) -> None:
    """Raise NoFit where one of the standardised covariates follows from the others."""
    if len(z) > 1 and np.linalg.eigvalsh(np.corrcoef(np.array(z)))[0] < 1e-9:
        raise NoFit(f"One of the covariates follows from the others, so they cannot be told apart. {ADVICE}")


def _climbed(rows: Contracts, z: tuple[Array, ...], entered: Array) -> tuple[Array, Array, float]:
    """ln scale, ln shape and coefficients of standardised covariates, their covariance, the log-likelihood."""
    import pandas as pd
    from lifelines import WeibullAFTFitter
    from lifelines.exceptions import ConvergenceError

    table = pd.DataFrame({"months": rows.months, "ended": rows.ended, **{f"z{i}": one for i, one in enumerate(z)}})
    fitter = WeibullAFTFitter()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            if entered.any():
                fitter.fit(table.assign(entered=entered), "months", "ended", entry_col="entered")
            else:
                fitter.fit(table, "months", "ended")
    except (ConvergenceError, ValueError, np.linalg.LinAlgError) as error:
        raise NoFit(f"The Weibull fit did not converge. {ADVICE}") from error
    order = [("lambda_", "Intercept"), ("rho_", "Intercept"), *(("lambda_", f"z{i}") for i in range(len(z)))]
    found = fitter.params_.loc[order].to_numpy(dtype=np.float64)
    covariance = fitter.variance_matrix_.loc[order, order].to_numpy(dtype=np.float64)
    usable = np.isfinite(found).all() and np.isfinite(covariance).all() and (np.diag(covariance) > 0).all()
    if not usable or (np.abs(found[2:]) > FARTHEST).any() or (np.diag(covariance) > VAGUEST**2).any():
        raise NoFit(f"The Weibull fit found no maximum. {ADVICE}")
    return found, covariance, float(fitter.log_likelihood_)
