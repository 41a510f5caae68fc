"""Quality of service in five dimensions: what was perceived, less what was expected (Parasuraman et al. 1988).

The published wording of the 22 items is not ours: ask the dimensions in your own words, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.indices import BadWeights
from dangol.insight.analysis.satisfaction.measured import Array, BadScale, Measured, checked, mean_of

DIMENSIONS: Mapping[str, int] = {
    "tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5,
}  # fmt: skip
ITEMS = sum(DIMENSIONS.values())


@dataclass(frozen=True)
class Quality:
    """dimensions: of each the mean perception (SERVPERF) or gap (SERVQUAL), in steps of the scale; whole: weighted."""

    dimensions: Mapping[str, Measured]
    whole: Measured


def servperf(perceptions: npt.ArrayLike, *, high: int = 7, importance: npt.ArrayLike | None = None) -> Quality:
    """What was perceived (people, 22 items) on 1 to `high`. Raises BadScale, BadWeights, NoAnswers."""
    told = _by_dimension(perceptions, high)
    return _quality(told, importance, low=1, high=high)


def servqual(
    perceptions: npt.ArrayLike, expectations: npt.ArrayLike, *, high: int = 7, importance: npt.ArrayLike | None = None
) -> Quality:
    """Gaps, perception − expectation, of the same people (people, 22 items), from 1 − `high` to `high` − 1.

    importance: points of the five dimensions, for all (5) or a person (people, 5), equal where none are given. Raises
    BadScale, BadWeights, NoAnswers.
    """
    seen, wanted = (np.asarray(part, np.float64) for part in (perceptions, expectations))
    if seen.shape != wanted.shape:
        raise BadScale(f"Perceptions of the shape {seen.shape}, expectations of {wanted.shape}: of the same people.")
    _by_dimension(wanted, high)
    both = np.where(np.isnan(seen) | np.isnan(wanted), np.nan, seen)
    gaps = _by_dimension(both, high) - _by_dimension(np.where(np.isnan(both), np.nan, wanted), high)
    return _quality(gaps, importance, low=1 - high, high=high - 1)


def _by_dimension(answers: npt.ArrayLike, high: int) -> Array:
    """Of each person the mean of each dimension; NaN where an item of it is not answered."""
    told = checked(answers, low=1, high=high, what="quality of service")
    if told.shape[1] != ITEMS:
        sizes = ", ".join(map(str, DIMENSIONS.values()))
        raise BadScale(f"{told.shape[1]} items: the five dimensions have {sizes}, {ITEMS} together.")
    ends = np.cumsum(list(DIMENSIONS.values()))[:-1]
    return np.column_stack([part.mean(axis=1) for part in np.split(told, ends, axis=1)])


def _quality(told: Array, importance: npt.ArrayLike | None, *, low: float, high: float) -> Quality:
    points = np.asarray(np.ones(len(DIMENSIONS)) if importance is None else importance, np.float64)
    if points.shape not in {(len(DIMENSIONS),), told.shape} or not (points >= 0).all() or not points.sum(-1).all():
        raise BadWeights(
            "Importance is points of the five dimensions, none below 0 and not all 0: five, or five a person."
        )
    parts = {name: mean_of(column[~np.isnan(column)], low=low, high=high)
             for name, column in zip(DIMENSIONS, told.T, strict=True)}  # fmt: skip
    whole = (told * points).sum(axis=1) / points.sum(axis=-1)
    return Quality(parts, mean_of(whole[~np.isnan(whole)], low=low, high=high))
