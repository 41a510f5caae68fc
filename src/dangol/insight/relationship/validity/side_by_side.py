"""The plain version: of customers worth as much, how many left of those below the line and of those on it.

In fifths by equity of each line of business (all lines together may say the contrary of each), put together by Mantel
and Haenszel (1959); the interval is that of Greenland and Robins (1985).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975, wilson
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.fair_line import FAIR, SHORT_CHANGED
from dangol.insight.relationship.validity.hazards import parts_of, strata

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type Words = npt.NDArray[np.str_]

FIFTHS = 5


@dataclass(frozen=True)
class Share:
    """So many of these customers left; share with its 95 % interval, None where there are none."""

    customers: int
    left: int
    share: Span | None


@dataclass(frozen=True)
class Fifth:
    """Customers of like equity, its rank from low to high: those below the line (II) and those on it (III).

    line: of this line of business alone; "" of all, where there is one, and in runs of before that was told.
    """

    low: float
    high: float
    below: Share
    fair: Share
    line: str = ""


@dataclass(frozen=True)
class SideBySide:
    """ratio: how many times as many of II leave as of III of like equity and line; None where it cannot be said."""

    fifths: tuple[Fifth, ...]
    ratio: Span | None


def side_by_side(equity: Array, region: Words, left: BoolArray, line: Words) -> SideBySide:
    """Compare II with III in fifths by equity; who is in I is left out."""
    who = (region == SHORT_CHANGED) | (region == FAIR)
    equity, region, left, line = equity[who], region[who], left[who], line[who]
    if len(np.unique(line)) <= 1:
        line = np.full(len(line), "")
    alike = strata(line, parts_of(equity, FIFTHS))
    fifths = tuple(_fifth(equity[some], region[some], left[some], line[some]) for some in _groups(alike))
    return SideBySide(fifths, mantel_haenszel(fifths))


def mantel_haenszel(groups: Sequence[Fifth]) -> Span | None:
    """The common ratio of shares; None where one of the two has no leaver to compare."""
    above, under, variance = 0.0, 0.0, 0.0
    for one in groups:
        n, m, a, b = one.below.customers, one.fair.customers, one.below.left, one.fair.left
        if not n or not m:
            continue
        both = n + m
        above += a * m / both
        under += b * n / both
        variance += ((a + b) * n * m - a * b * both) / both**2
    if above <= 0 or under <= 0:
        return None
    value, reach = above / under, NORMAL_975 * sqrt(variance / (above * under))
    return Span(value, exp(log(value) - reach), exp(log(value) + reach))


def _groups(numbers: npt.NDArray[np.int64]) -> list[BoolArray]:
    return [numbers == number for number in np.unique(numbers).tolist()]


def _fifth(equity: Array, region: Words, left: BoolArray, line: Words) -> Fifth:
    below, fair = (_share(left[region == name]) for name in (SHORT_CHANGED, FAIR))
    return Fifth(float(equity.min()), float(equity.max()), below, fair, str(line[0]))


def _share(left: BoolArray) -> Share:
    if not len(left):
        return Share(0, 0, None)
    low, high = wilson(int(left.sum()), len(left))
    return Share(len(left), int(left.sum()), Span(float(left.mean()), float(low), float(high)))
