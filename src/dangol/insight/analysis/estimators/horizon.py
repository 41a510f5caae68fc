"""The time ahead: checked spans, steps with their discount factors, and a forever that is discounted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.summary import Array
from dangol.lib.errors import DangolError

# trapezoid on w of v = exp(w - e^-w), which makes e^-v fall doubly exponentially at both ends: for the expected
# purchases of this family the sum is right to 1e-12
FOREVER_STEP, FOREVER_FROM, FOREVER_TO = 0.125, -3.75, 3.75


class BadHorizon(DangolError):
    """The period asked for is negative, empty or not a whole number of steps, or a discount rate is not above 0."""


def spans(t: npt.ArrayLike) -> Array:
    """Times ahead, 0 or more, as an array; raises BadHorizon."""
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    if not (np.isfinite(times) & (times >= 0)).all():
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
    if not (step > 0 and horizon > 0 and year > 0 and discount > -1 and np.isfinite(horizon)):
        raise BadHorizon(
            f"horizon {horizon}, step {step} and year {year} must be above 0, and discount {discount} above -1."
        )
    steps = round(horizon / step)
    if steps < 1 or abs(steps * step - horizon) > 1e-9 * horizon:
        raise BadHorizon(f"The horizon {horizon} is not a whole number of steps of {step}.")
    ends = step * np.arange(1.0, steps + 1)
    return ends, np.exp(-np.log1p(discount) / year * ends)


def forever(discount: float) -> tuple[Array, Array]:
    """Times and factors with Σ factor · E(time) = ∫₀^∞ e^(-discount τ) dE(τ), for expected purchases E by τ.

    discount: continuously compounded, per time unit of the data: ln(1 + yearly rate) / units per year.
    """
    if not (np.isfinite(discount) and discount > 0):
        raise BadHorizon(f"The discount is {discount:g}; over an endless time it must be above 0, per unit of time.")
    w = np.arange(FOREVER_FROM, FOREVER_TO + FOREVER_STEP / 2, FOREVER_STEP)
    v = np.exp(w - np.exp(-w))
    # by parts: ∫ e^-δτ dE = ∫ δ e^-δτ E dτ, and v is δτ
    return v / discount, FOREVER_STEP * v * (1 + np.exp(-w)) * np.exp(-v)
