"""What every fit shows of its parameters: value, standard error, interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from dangol.insight.analysis.estimators.asked import named_numbers, one_number
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.lib.errors import DangolError


class NotFitted(DangolError):
    """The estimator has not seen data yet: call `fit`, or build it with `from_params`."""


class BadParameters(DangolError):
    """Parameters given by hand are not those of this estimator."""


@dataclass(frozen=True)
class ParameterEstimate:
    """One parameter with its standard error and 95 % interval.

    The interval of a positive parameter is Wald's on its logarithm, so it is positive too; that of a coefficient is
    Wald's. Without standard error (None) the parameter was given instead of fitted, or held at its boundary.
    """

    name: str
    value: float
    standard_error: float | None
    ci_low: float | None
    ci_high: float | None


def estimates(
    params: dict[str, float], standard_errors: dict[str, float], *, positive: tuple[str, ...]
) -> tuple[ParameterEstimate, ...]:
    """One row per parameter, in the order of the fit."""
    rows = []
    for name, value in params.items():
        error = standard_errors.get(name)
        if not error:
            rows.append(ParameterEstimate(name, value, None, None, None))
        elif name in positive:
            reach = exp(min(NORMAL_975 * error / value, 700.0))
            rows.append(ParameterEstimate(name, value, error, value / reach, value * reach))
        else:
            reach = NORMAL_975 * error
            rows.append(ParameterEstimate(name, value, error, value - reach, value + reach))
    return tuple(rows)


def checked(params: Mapping[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """Return the parameters in their order; raise BadParameters unless all are there and positive."""
    params = named_numbers(params, BadParameters)
    if set(params) != set(names):
        raise BadParameters(f"Expected the parameters {', '.join(names)}, got {', '.join(params) or 'none'}.")
    values = {name: one_number(name, params[name], BadParameters) for name in names}
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise BadParameters(f"{name} is {value}; every parameter must be a positive number.")
    return values
