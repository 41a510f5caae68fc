"""What came ÷ what was said, of many customers together, with the interval that chance leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from dangol.insight.analysis.intervals import NORMAL_975

type Array = npt.NDArray[np.float64]

FEW = 20  # customers, or purchases, below which their own scatter says too little
NOTHING = 1e-9  # said of many together: no number of times as much can be read


@dataclass(frozen=True)
class Span:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def excludes(self, number: float) -> bool:
        """Whether the number lies outside the interval."""
        return not self.low <= number <= self.high


def ratio(came: Array, said: Array, *, unit: float = 1.0) -> Span | None:
    """Σ came ÷ Σ said; None where as good as nothing was said. unit: the least that can come, one purchase.

    Its variance is that of a ratio of sums, the customers independent (delta method). What came is taken as a Poisson
    count of as many as would scatter so (Dobson 1991), so that the interval never ends below 0 and is not of no width
    where nothing came. Where anything below 0 came, as returns can make it, nothing is counted: the interval is normal.
    """
    among = float(said.sum())
    if not len(came) or among <= NOTHING:
        return None
    total = float(came.sum())
    value = total / among
    variance = _variance(came, said, value, least=unit * abs(total))
    if total > 0 and came.min() >= 0:
        count = total**2 / variance
        return Span(value, value * _low(count), value * _high(count))
    if total == 0 and not came.any():
        return Span(0.0, 0.0, float(gammaincinv(1.0, 0.975)) * unit / among)
    reach = NORMAL_975 * sqrt(variance) / among
    return Span(value, value - reach, value + reach)


def smaller(error: Array, base: Array) -> Span | None:
    """How much smaller the mean error is than the other, as a share of it; None where the other is 0.

    The normal interval of a ratio of means, the customers independent (delta method).
    """
    other = float(base.mean()) if len(base) else 0.0
    if other <= 0:
        return None
    left = float(error.mean()) / other
    reach = NORMAL_975 * float(np.sqrt(((error - left * base) ** 2).mean() / len(error))) / other
    return Span(1 - left, 1 - left - reach, 1 - left + reach)


def _variance(came: Array, said: Array, value: float, *, least: float) -> float:
    n = len(came)
    seen = float(((came - value * said) ** 2).sum()) * n / (n - 1) if n > 1 else 0.0
    told = n >= FEW and np.count_nonzero(came) >= FEW
    # Where few came, or all alike, chance alone scatters as a Poisson count does.
    return seen if told and seen > 0 else max(seen, least)


def _low(count: float) -> float:
    return float(gammaincinv(count, 0.025)) / count


def _high(count: float) -> float:
    return float(gammaincinv(count + 1, 0.975)) / count
