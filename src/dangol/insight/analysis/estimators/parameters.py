"""What every fit shows of its parameters: value, standard error, interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np

from dangol.insight.analysis.estimators.summary import Array
from dangol.lib.errors import DangolError

NORMAL_975 = 1.959963984540054


class NotFitted(DangolError):
    """The estimator has not seen data yet: call `fit`, or build it with `from_params`."""


class BadParameters(DangolError):
    """Parameters given by hand are not those of this estimator."""


@dataclass(frozen=True)
class ParameterEstimate:
    """One parameter with its standard error and 95 % interval (Wald, on the logarithm, so always positive).

    Standard error and interval are NaN where the parameters were given instead of fitted.
    """

    name: str
    value: float
    standard_error: float
    ci_low: float
    ci_high: float


def estimates(params: dict[str, float], standard_errors: dict[str, float]) -> tuple[ParameterEstimate, ...]:
    """One row per parameter, in the order of the fit."""
    rows = []
    for name, value in params.items():
        error = standard_errors.get(name, float("nan"))
        reach = exp(min(NORMAL_975 * error / value, 700.0)) if error == error else error
        rows.append(ParameterEstimate(name, value, error, value / reach, value * reach))
    return tuple(rows)


def natural_covariance(log_covariance: Array, values: Array) -> Array:
    """Covariance of the parameters, given that of their logarithms (delta method)."""
    return log_covariance * np.outer(values, values)


def checked(params: dict[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """Return the parameters in their order; raise BadParameters unless all are there and positive."""
    if set(params) != set(names):
        raise BadParameters(f"Expected the parameters {', '.join(names)}, got {', '.join(params) or 'none'}.")
    values = {name: float(params[name]) for name in names}
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise BadParameters(f"{name} is {value}; every parameter must be a positive number.")
    return values
