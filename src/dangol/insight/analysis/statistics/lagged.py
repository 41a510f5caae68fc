"""Whether one number goes with another some months later: their correlation at each lag, month by month.

Two numbers that both rise, or both have seasons, or each go on as they were, look alike without having anything to do
with each other. So trend and seasons are taken out of both, then what the first says of its own next months
(prewhitening: the autoregression that foretells the first is taken out of both; Box and Jenkins 1976, chapter 11).
What is left has no memory, and Bartlett's formula (1955) for its correlation at a lag is 1 ÷ (months − lag).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.statistics.findings import Array, CannotSay, Check, Estimate
from dangol.insight.analysis.statistics.going_together import correlated
from dangol.insight.analysis.statistics.holm import holm
from dangol.insight.analysis.statistics.series import TOLD, YEAR

FEWEST_MONTHS = 24
MOST_LAG = 6  # months
MOST_MEMORY = 6  # months that an autoregression looks back
STILL = 0.02  # part of a series' own spread below which what is left of it is rounding


@dataclass(frozen=True)
class At:
    """The correlation of the first with the second so many months later (before, where negative)."""

    lag: int
    n: int
    strength: Estimate
    p: float
    p_among: float  # by Holm, among all lags


@dataclass(frozen=True)
class Lagged:
    """strongest: the lag that stands out most; memory: months that the first was foretold from."""

    n: int
    memory: int
    strongest: At
    lags: tuple[At, ...]
    checks: tuple[Check, ...]


def lagged(first: npt.ArrayLike, second: npt.ArrayLike, *, most: int = MOST_LAG) -> Lagged:
    """Two numbers of the same months, one a month without a gap. Raises CannotSay below two years."""
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    gaps = int((~np.isfinite(x) | ~np.isfinite(y)).sum())
    if gaps:
        raise CannotSay("gap", months=gaps)
    if len(x) < FEWEST_MONTHS:
        raise CannotSay("short", months=len(x), needed=FEWEST_MONTHS)
    for one in (x, y):
        if np.ptp(one) == 0:
            raise CannotSay("all_equal", value=float(one[0]), other=float(one[0]))
    seasons = len(x) >= TOLD
    rest = tuple(without_seasons(one, seasons=seasons) for one in (x, y))
    if any(left.std() <= STILL * one.std() for left, one in zip(rest, (x, y), strict=True)):
        raise CannotSay("nothing_left", months=len(x))
    weights = memory_of(rest[0])
    lags = lags_of(rest[0], rest[1], weights, most=most)
    strongest = min(lags, key=lambda one: (one.p, abs(one.lag)))
    whitened = filtered(rest[0], weights)
    own = _correlation(whitened, whitened, 1)
    return Lagged(
        len(whitened), len(weights), strongest, tuple(lags),
        (
            Check("months", len(x) >= TOLD, {"months": len(x), "wanted": TOLD}),
            Check("memory", abs(own) <= 2 / sqrt(len(whitened)), {"months": len(weights), "left": own}),
        ),
    )  # fmt: skip


def lags_of(x: Array, y: Array, weights: Array, *, most: int) -> list[At]:
    """The correlations at every lag of what the autoregression of the first leaves of both."""
    a, b = filtered(x, weights), filtered(y, weights)
    told = []
    for lag in range(-most, most + 1):
        n = len(a) - abs(lag)
        r = _correlation(a, b, lag)
        told.append((lag, n, r, erfc(abs(r) * sqrt(n / 2))))
    among = holm([p for *_rest, p in told])
    return [
        At(lag, n, correlated(r, 1 / max(n - 3, 1)), p, adjusted)
        for (lag, n, r, p), adjusted in zip(told, among, strict=True)
    ]


def without_seasons(values: Array, *, seasons: bool) -> Array:
    """What is left beside a straight trend, and beside the mean of each month of the year."""
    at = np.arange(len(values))
    columns = [np.ones(len(values)), at - at.mean()]
    if seasons:
        columns += [(at % YEAR == month).astype(np.float64) for month in range(1, YEAR)]
    design = np.column_stack(columns)
    left: Array = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return left


def memory_of(values: Array, months: int | None = None) -> Array:
    """The weights of the months before that foretell a series best: by least squares, as many as AIC asks for."""
    if months is not None:
        return _autoregression(values, months, months)[0]
    most = min(MOST_MEMORY, len(values) // 6)
    fits = [_autoregression(values, back, most) for back in range(most + 1)]
    return min(fits, key=lambda fit: fit[1])[0]


def _autoregression(values: Array, back: int, most: int) -> tuple[Array, float]:
    """The weights of so many months before, and AIC over the months that the longest memory leaves."""
    y = values[most:] - values.mean()
    before = [values[most - lag : len(values) - lag] - values.mean() for lag in range(1, back + 1)]
    weights = np.linalg.lstsq(np.column_stack(before), y, rcond=None)[0] if before else np.empty(0)
    left = y - (np.column_stack(before) @ weights if before else 0.0)
    return weights, len(y) * float(np.log(max(left.var(), 1e-300))) + 2 * back


def filtered(values: Array, weights: Array) -> Array:
    """What is left of a series once what its months before foretell by these weights is taken out."""
    back = len(weights)
    left: Array = values[back:].copy()
    for lag, weight in enumerate(weights, 1):
        left -= weight * values[back - lag : len(values) - lag]
    return left


def _correlation(a: Array, b: Array, lag: int) -> float:
    """Of a with b so many months later, over the spread of both whole series (Box and Jenkins)."""
    x, y = a - a.mean(), b - b.mean()
    both = (x[: len(x) - lag] * y[lag:]).sum() if lag >= 0 else (x[-lag:] * y[:lag]).sum()
    return float(both / sqrt(float((x**2).sum() * (y**2).sum())))
