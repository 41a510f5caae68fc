"""Who moved where between two months: the transition matrix, how much closer to the line, arrows by square and group.

Whoever is in one of the two months alone is new or gone; only those on the map both times have moved by some way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.relationship.fair_line import REGIONS, SHORT_CHANGED, Words
from dangol.insight.relationship.map_bins import place
from dangol.insight.relationship.movement.portrait import mean_of
from dangol.insight.relationship.movement.positions import CODES, Codes, Ids, Positions

type Array = npt.NDArray[np.float64]
type Counts = Sequence[Sequence[int]]

AWAY = "away"  # new where it is the earlier state, gone where it is the later
STATES = (*REGIONS, AWAY)
SIDE = 10  # points of a square of arrows
ENOUGH = 10  # people in a square, or it has no arrow
HIGH = 50.0  # customer equity from which somebody left short raises an alert: the upper half of the scale


@dataclass(frozen=True)
class Share:
    """Of those in one state earlier, the part in another later, with Wilson's 95 % interval."""

    customers: int
    among: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Pair:
    """Two months side by side: everybody in either of them, their states, and where they stood if they were there."""

    ids: Ids
    was: Codes
    became: Codes
    before: Positions
    after: Positions
    at_before: npt.NDArray[np.intp]
    at_after: npt.NDArray[np.intp]

    @classmethod
    def of(cls, before: Positions, after: Positions) -> Pair:
        """Put them side by side."""
        ids = _everybody(before.ids, after.ids)
        (was, at_before), (became, at_after) = _states(before, ids), _states(after, ids)
        return cls(ids, was, became, before, after, at_before, at_after)

    @property
    def matrix(self) -> list[list[int]]:
        """Customers by earlier (row) and later state (column), in the order of STATES."""
        size = len(STATES)
        flat = np.bincount(self.was.astype(np.intp) * size + self.became, minlength=size * size)
        counted: list[list[int]] = flat.reshape(size, size).tolist()
        return counted


def moves(before: Positions, after: Positions, lines: Words) -> dict[str, Any]:
    """Plain values. lines: of each customer of `after`."""
    pair = Pair.of(before, after)
    both = (pair.at_before >= 0) & (pair.at_after >= 0)
    old, new = before.of(pair.at_before[both]), after.of(pair.at_after[both])
    on_map = ~np.isnan(old.gap) & ~np.isnan(new.gap)
    old, new, line = old.of(on_map), new.of(on_map), lines[pair.at_after[both]][on_map]
    closer = np.abs(new.gap) - np.abs(old.gap)
    return {
        "matrix": pair.matrix,
        "closer": mean_of(closer),
        "squares": _squares(old, new),
        "groups": {
            name: _arrow(old.of(line == name), new.of(line == name)) for name in np.unique(line).tolist() if name
        },
        "left_short": left_short(pair),
    }


def left_short(pair: Pair) -> int:
    """Customers of high equity who stand below the band now and did not before."""
    short = CODES[SHORT_CHANGED]
    fallen = (pair.became == short) & (pair.was != short)
    equity = pair.after.customer_equity[pair.at_after[fallen]]
    return int((equity >= HIGH).sum())


def shares(matrix: Counts) -> dict[str, dict[str, Share]]:
    """The matrix as shares of each row: earlier state → later state."""
    told: dict[str, dict[str, Share]] = {}
    for was, row in zip(STATES, matrix, strict=True):
        among = sum(row)
        told[was] = {}
        for became, number in zip(STATES, row, strict=True):
            low, high = wilson(number, among)
            told[was][became] = Share(number, among, number / among if among else 0.0, float(low), float(high))
    return told


def stayed(matrix: Counts) -> tuple[int, int]:
    """Of those in a region both times (unknown is none): how many kept it, among how many."""
    known = range(len(REGIONS) - 1)
    return sum(matrix[one][one] for one in known), sum(matrix[a][b] for a in known for b in known)


def largest(matrix: Counts) -> tuple[str, str, int] | None:
    """The largest change of region: (earlier, later, customers); None where nobody changed."""
    known = REGIONS[:-1]
    flows = [(matrix[a][b], was, became) for a, was in enumerate(known) for b, became in enumerate(known) if a != b]
    number, was, became = max(flows, key=lambda flow: flow[0])
    return (was, became, number) if number else None


def _squares(old: Positions, new: Positions) -> list[list[float]]:
    """Mean way of those of each 10-point square: [x, y, customers, from x, from y, to x, to y]."""
    last = 100 // SIDE
    number = place(old.customer_equity, SIDE) * last + place(old.customer_value, SIDE)
    people = np.bincount(number, minlength=last * last)

    def mean(values: Array) -> Array:
        sums = np.bincount(number, weights=values, minlength=last * last)
        return np.round(sums / np.maximum(people, 1), 2)

    ways = (old.customer_equity, old.customer_value, new.customer_equity, new.customer_value)
    means = [mean(values) for values in ways]
    return [
        [one // last * SIDE, one % last * SIDE, int(people[one]), *(float(column[one]) for column in means)]
        for one in np.flatnonzero(people >= ENOUGH).tolist()
    ]


def _arrow(old: Positions, new: Positions) -> Mapping[str, Any]:
    means = (old.customer_equity, old.customer_value, new.customer_equity, new.customer_value)
    closer = np.abs(new.gap) - np.abs(old.gap)
    return {"customers": len(old), "way": [round(float(one.mean()), 2) for one in means], "closer": mean_of(closer)}


def _everybody(before: Ids, after: Ids) -> Ids:
    """Both rising ids in one: who is in both, nearly all, is not sorted again."""
    if not len(before):
        return after
    at = np.minimum(np.searchsorted(before, after), len(before) - 1)
    return np.sort(np.concatenate([before, after[before[at] != after]]), kind="stable")


def _states(found: Positions, ids: Ids) -> tuple[Codes, npt.NDArray[np.intp]]:
    """The state of each id, and where it stands; −1 for whoever is away."""
    if not len(found):
        return np.full(len(ids), len(REGIONS), np.int8), np.full(len(ids), -1, np.intp)
    at = np.clip(np.searchsorted(found.ids, ids), 0, len(found) - 1)
    here = found.ids[at] == ids
    return np.where(here, found.region[at], np.int8(len(REGIONS))).astype(np.int8), np.where(here, at, -1)
