"""Whether regions last from month end to month end: the share that stayed, and kappa, which takes chance off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, SHORT_CHANGED

type Words = npt.NDArray[np.str_]
type Keys = npt.NDArray[np.int64]

ALONG = (SHORT_CHANGED, FAIR, MORE_TO_OFFER)  # from below the line to above it
MOST_MONTHS = 6
SETTLED = timedelta(days=84)  # of history before the first month end


@dataclass(frozen=True)
class Pair:
    """From one month end to the next: customers placed on both, the share that stayed, weighted kappa (linear; None
    where chance alone would agree), and those who came on the map or fell off it.
    """

    since: date
    until: date
    customers: int
    stayed: Span | None
    kappa: float | None
    new: int
    lost: int


@dataclass(frozen=True)
class Stability:
    """moves: customers from each region (row) to each (column) in the order of ALONG, all pairs put together."""

    pairs: tuple[Pair, ...]
    moves: tuple[tuple[int, ...], ...]

    @property
    def customers(self) -> int:
        """Moves and stays counted."""
        return sum(map(sum, self.moves))

    @property
    def stayed(self) -> float | None:
        """Share of them that stayed; None where nobody is placed twice."""
        return sum(self.moves[n][n] for n in range(len(ALONG))) / self.customers if self.customers else None

    @property
    def kappa(self) -> float | None:
        """Of all pairs together."""
        return weighted_kappa(np.array(self.moves))


def month_ends(first: date, until: date, *, most: int = MOST_MONTHS) -> list[date]:
    """The last days of the months that are over by `until`, the oldest first, and enough history before each."""
    ends: list[date] = []
    end = (until + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    while len(ends) < most and end >= first + SETTLED:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def stability(months: Sequence[tuple[date, Keys, Words]]) -> Stability:
    """Compare each month end with the next: its day, the ids of customers (rising) and their regions."""
    moves, pairs = np.zeros((len(ALONG), len(ALONG)), dtype=np.int64), []
    for (since, ids, was), (until, others, now) in pairwise(months):
        _, here, there = np.intersect1d(ids, others, assume_unique=True, return_indices=True)
        table = crossed(was[here], now[there])
        placed, placed_now = (np.isin(regions, ALONG) for regions in (was[here], now[there]))
        moves += table
        new, lost = int((placed_now & ~placed).sum()), int((placed & ~placed_now).sum())
        pairs.append(Pair(since, until, int(table.sum()), _stayed(table), weighted_kappa(table), new, lost))
    return Stability(tuple(pairs), tuple(tuple(row) for row in moves.tolist()))


def crossed(was: Words, now: Words) -> npt.NDArray[np.int64]:
    """Customers from each region to each; who is unknown on either day is left out."""
    return np.array([[int(((was == a) & (now == b)).sum()) for b in ALONG] for a in ALONG], dtype=np.int64)


def weighted_kappa(table: npt.NDArray[np.int64]) -> float | None:
    """Cohen (1968), linear weights: from II to III is half as far as to I; 1 all stayed, 0 as by chance."""
    among, places = int(table.sum()), np.arange(len(table))
    apart = np.abs(places[:, None] - places) / (len(table) - 1)
    by_chance = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum())
    if not among or by_chance <= 0:
        return None
    return 1 - float((table * apart).sum()) * among / by_chance


def _stayed(table: npt.NDArray[np.int64]) -> Span | None:
    among, same = int(table.sum()), int(np.trace(table))
    if not among:
        return None
    low, high = wilson(same, among)
    return Span(same / among, float(low), float(high))
