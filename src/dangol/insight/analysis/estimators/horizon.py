"""The time ahead: checked spans, steps with their discount factors, and a forever that is discounted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import one_number
from dangol.insight.analysis.estimators.summary import Array, BadSummary, numbers
from dangol.lib.errors import DangolError

# trapezoid on w of v = exp(w - e^-w), which makes e^-v fall doubly exponentially at both ends: for the expected
# purchases of this family the sum is right to 1e-12
FOREVER_STEP, FOREVER_FROM, FOREVER_TO = 0.125, -3.75, 3.75
MOST_STEPS = 10_000


class BadHorizon(DangolError):
    """The period asked for is negative, empty or not a whole number of steps, or a discount rate is not above 0."""


def spans(t: npt.ArrayLike) -> Array:
    """Times ahead, 0 or more, as an array; raises BadHorizon."""
    try:
        times = numbers("the period ahead", t)
    except BadSummary as error:
        raise BadHorizon(f"The period ahead must be a number, 0 or longer. {error}") from error
    if not (times >= 0).all():
        raise BadHorizon(f"The period ahead is {times.min():g}; it must be 0 or longer, in the time unit of the data.")
    return times


def span(t: float) -> Array:
    """The one time ahead that a prediction is for; raises BadHorizon."""
    times = spans(t)
    if len(times) != 1:
        raise BadHorizon(f"{len(times)} periods ahead were given; ask about one at a time.")
    return times


def schedule(horizon: float, step: float, discount: float, year: float) -> tuple[Array, Array]:
    """End of each step from now, and its discount factor."""
    horizon, step, discount, year = (
        one_number(name, value, BadHorizon)
        for name, value in (("horizon", horizon), ("step", step), ("discount", discount), ("year", year))
    )
    if not (step > 0 and horizon > 0 and year > 0 and discount > -1 and np.isfinite([horizon, year, discount]).all()):
        raise BadHorizon(
            f"horizon {horizon}, step {step} and year {year} must be above 0, and discount {discount} above -1."
        )
    if horizon / step > MOST_STEPS:
        raise BadHorizon(f"The horizon {horizon} has more than {MOST_STEPS:,} steps of {step}; take longer steps.")
    steps = round(horizon / step)
    if steps < 1 or abs(steps * step - horizon) > 1e-9 * horizon:
        raise BadHorizon(f"The horizon {horizon} is not a whole number of steps of {step}.")
    ends = step * np.arange(1.0, steps + 1)
    return ends, np.exp(-np.log1p(discount) / year * ends)


def endless(discount: float, per: str) -> float:
    """The discount of an endless time, per what; raises BadHorizon."""
    rate = one_number("The discount", discount, BadHorizon)
    if not (np.isfinite(rate) and rate > 0):
        raise BadHorizon(f"The discount is {rate:g}; over an endless time it must be above 0, per {per}.")
    return rate


def forever(discount: float) -> tuple[Array, Array]:
    """Times and factors with Σ factor · E(time) = ∫₀^∞ e^(-discount τ) dE(τ), for expected purchases E by τ.

    discount: continuously compounded, per time unit of the data: ln(1 + yearly rate) / units per year.
    """
    discount = endless(discount, "unit of time")
    w = np.arange(FOREVER_FROM, FOREVER_TO + FOREVER_STEP / 2, FOREVER_STEP)
    v = np.exp(w - np.exp(-w))
    # by parts: ∫ e^-δτ dE = ∫ δ e^-δτ E dτ, and v is δτ
    return v / discount, FOREVER_STEP * v * (1 + np.exp(-w)) * np.exp(-v)
