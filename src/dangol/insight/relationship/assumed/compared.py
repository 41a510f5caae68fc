"""Two ways of counting held against each other: who would stand where, and who would move most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship import fair_line

type Array = npt.NDArray[np.float64]

MOST_MOVED = 10


@dataclass(frozen=True)
class Moved:
    """One customer before and after: both values and region."""

    customer: int
    value_before: float | None
    value_after: float | None
    equity_before: float | None
    equity_after: float | None
    region_before: str
    region_after: str


@dataclass(frozen=True)
class Preview:
    """What would change. changed: customers whose region would; equity: total in minor units, before and after;
    counts: what else was counted, by name, before and after.
    """

    customers: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
    equity_before: float
    equity_after: float
    moved: tuple[Moved, ...]
    counts: dict[str, tuple[int, int]]

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return asdict(self)

    @classmethod
    def kept(cls, told: Mapping[str, Any]) -> Self:
        """As it was kept."""
        moved = tuple(Moved(**one) for one in told["moved"])
        counts = {name: (before, after) for name, (before, after) in told["counts"].items()}
        return cls(**{**told, "moved": moved, "counts": counts})


@dataclass(frozen=True)
class Sides:
    """Everybody by one way of counting, NaN where unknown; equity in minor units; counts: what else it tells."""

    value: Array
    rank: Array
    equity: Array
    regions: fair_line.Words
    counts: Mapping[str, int]


def compared(ids: npt.NDArray[np.int64], before: Sides, after: Sides) -> Preview:
    """Both ways have the same customers in the same order."""
    return Preview(
        customers=len(ids), changed=int((before.regions != after.regions).sum()),
        before=fair_line.counts(before.regions), after=fair_line.counts(after.regions),
        equity_before=float(np.nansum(before.equity)), equity_after=float(np.nansum(after.equity)),
        moved=_most_moved(ids, before, after),
        counts={name: (number, after.counts[name]) for name, number in before.counts.items()},
    )  # fmt: skip


def _most_moved(ids: npt.NDArray[np.int64], before: Sides, after: Sides) -> tuple[Moved, ...]:
    """Those whose distance to the line moves most, the first by number where equal."""
    gaps = (fair_line.distance(side.value, side.rank) for side in (before, after))
    moves = np.nan_to_num(np.abs(np.subtract(*gaps)))
    order = np.lexsort((ids, -moves))[:MOST_MOVED]
    return tuple(
        Moved(
            int(ids[at]), _known(before.value[at]), _known(after.value[at]), _known(before.rank[at]),
            _known(after.rank[at]), str(before.regions[at]), str(after.regions[at]),
        )
        for at in order
        if moves[at] > 0
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
