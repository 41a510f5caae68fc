"""The loyalty index and how it changed. Arrays in, numbers out.

Said. Of each person p who answered, I_p is the mean over the loyalty items they answered of (answer − low) ÷ (high −
low) × 100; the index is the mean of I_p, 0–100, with Student's interval. Loyalty items ask whether somebody would buy
again or recommend, or measure commitment.

Change. Of two means of people who are partly the same, d = ȳ₂ − ȳ₁ with
Var d = s₁²/n₁ + s₂²/n₂ − 2·n₁₂·c₁₂/(n₁·n₂), where n₁₂ were asked both times and c₁₂ is the covariance of their two
figures; 95 %: d ± t(.975; min(n₁, n₂) − 1)·√Var d. Of two figures that have only their intervals (shares, NPS)
d = p₂ − p₁ from d − √((p₂ − l₂)² + (u₁ − p₁)²) to d + √((u₂ − p₂)² + (p₁ − l₁)²) (Newcombe 1998, method 10), as if
nobody were the same: then it is rather too wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.measured import RIGHT, Measured, mean_of

type Array = npt.NDArray[np.float64]
type Keys = npt.NDArray[np.int64]

HIGHEST = 100.0


@dataclass(frozen=True)
class People:
    """One figure a person, 0 to 100, by their key; each key once."""

    keys: Keys
    figures: Array

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def mean(self) -> Measured:
        """With its interval. Raises NoAnswers for fewer than two."""
        return mean_of(self.figures, low=0.0, high=HIGHEST)


@dataclass(frozen=True)
class Change:
    """By how many points something changed, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        return not self.low <= 0 <= self.high


def index_of(keys: Keys, answers: Array, scales: Sequence[tuple[float, float]]) -> People:
    """I_p of everybody who answered an item; answers (people, items), NaN where there is none; scales: of each item."""
    low, high = (np.array([scale[end] for scale in scales], np.float64) for end in (0, 1))
    places = (answers - low) / (high - low) * HIGHEST
    known = ~np.isnan(places)
    some = known.any(axis=1)
    sums, counts = np.where(known, places, 0.0).sum(axis=1), known.sum(axis=1)
    return People(keys[some], sums[some] / counts[some])


def change(before: People, after: People) -> Change | None:
    """d of two means; None where one of them is of fewer than two people."""
    n1, n2 = len(before), len(after)
    if min(n1, n2) < 2:
        return None
    from scipy.stats import t

    moved = float(after.figures.mean() - before.figures.mean())
    variance = float(before.figures.var(ddof=1) / n1 + after.figures.var(ddof=1) / n2) - 2 * _shared(before, after)
    reach = float(t.ppf(RIGHT, min(n1, n2) - 1)) * sqrt(max(variance, 0.0))
    return Change(moved, moved - reach, moved + reach)


def _shared(before: People, after: People) -> float:
    """The covariance of the two means: n₁₂·c₁₂ ÷ (n₁·n₂)."""
    _both, first, second = np.intersect1d(before.keys, after.keys, assume_unique=True, return_indices=True)
    if len(first) < 2:
        return 0.0
    covariance = float(np.cov(before.figures[first], after.figures[second], ddof=1)[0, 1])
    return len(first) * covariance / (len(before) * len(after))


def moved(before: Measured, after: Measured) -> Change:
    """d of two figures that have only their intervals."""
    value = after.value - before.value
    return Change(
        value,
        value - hypot(after.value - after.low, before.high - before.value),
        value + hypot(after.high - after.value, before.value - before.low),
    )
