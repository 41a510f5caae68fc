"""What a model says of all customers together: by week since the beginning, and by how often they had bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.rhythm.history import WEEK, Array, History, Split
from dangol.insight.analysis.rhythm.judging import Fit, predict_all
from dangol.insight.analysis.rhythm.picking import interval_of_mean

# the least repeat purchases of each group of customers
FEWEST_OF_A_MEAN = 30  # customers of whom an interval is told: counts are far from normal
GROUPS = (0, 1, 2, 3, 5, 7, 10, 15, 25, 40)


@dataclass(frozen=True)
class Week:
    """Repeat purchases of all who began by the cut-off, added up to the end of a week.

    expected: from the beginning, of all as newcomers; by a model that knows no newcomers from the cut-off on, None
    before it.
    """

    day: str  # the last, ISO
    actual: int
    expected: float | None


@dataclass(frozen=True)
class Often:
    """Customers with `x` repeat purchases by the cut-off, or more, up to the next of GROUPS.

    Means of purchases in the period held back; low, high: 95 % interval of the actual mean, None
    where customers are too few, or all alike, for one.
    """

    x: int
    customers: int
    actual: float
    expected: float
    low: float | None
    high: float | None


def weeks(fit: Fit, known: History, span: Split, bought: npt.NDArray[np.int64]) -> list[Week]:
    """One row a week; bought: repeat purchases on each day since `span.first`."""
    days = len(bought)
    actual = np.cumsum(bought)
    if isinstance(fit, BuyTillYouDie):
        expected = _of_newcomers(fit, known, span, days)
    else:
        expected = _from_now(fit, known, span, actual)
    return [
        Week(
            (span.first + timedelta(days=end)).isoformat(),
            int(actual[end]),
            None if np.isnan(expected[end]) else float(expected[end]),
        )
        for end in reversed(range(days - 1, 0, -WEEK))
    ]


def _of_newcomers(fit: BuyTillYouDie, known: History, span: Split, days: int) -> Array:
    """Everybody's expectation by the age they have reached on each day."""
    born = np.bincount(((span.cut_off - span.first).days - known.T).astype(np.intp), minlength=days)
    return np.convolve(born, fit.expected_purchases(np.arange(float(days))))[:days]


def _from_now(fit: Fit, known: History, span: Split, actual: npt.NDArray[np.int64]) -> Array:
    """What had been bought by the cut-off, and from then on what is expected of those customers."""
    expected, now = np.full(len(actual), np.nan), (span.cut_off - span.first).days
    days = range(span.days % WEEK, span.days + 1, WEEK)
    expected[now + np.array(days)] = actual[now] + predict_all(fit, known, days)
    return expected


def by_frequency(predicted: Array, known: History) -> list[Often]:
    """One row for each of GROUPS; those without customers are left out."""
    group = np.searchsorted(GROUPS, known.x, side="right") - 1
    return [_often(x, known.held[who], predicted[who]) for at, x in enumerate(GROUPS) if (who := group == at).any()]


def ahead(fit: Fit, known: History, weeks_ahead: int) -> list[float]:
    """Expected purchases of all customers within 1, 2, … weeks from now."""
    expected = predict_all(fit, known, range(WEEK, WEEK * weeks_ahead + 1, WEEK))
    return [float(one) for one in expected]


def daily(days: Sequence[int], counts: Sequence[int], size: int) -> npt.NDArray[np.int64]:
    """Counts by day since the first, 0 where nothing was bought."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, np.asarray(days, dtype=np.intp), np.asarray(counts, dtype=np.int64))
    return found


def _often(x: int, held: Array, predicted: Array) -> Often:
    enough = len(held) >= FEWEST_OF_A_MEAN and held.min() < held.max()
    low, high = interval_of_mean(held) if enough else (None, None)
    return Often(x, len(held), float(held.mean()), float(predicted.mean()), low, high)
