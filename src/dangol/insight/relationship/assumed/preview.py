"""What other settings would do to the values that stand: from the scores of the run, nothing is read or fitted anew.

Weights and the band move customer value and regions alone; the margin rate multiplies every equity. So all of it
follows from the ranks and equities of the run and its frozen scales, exactly as the next valuation of the same records
would find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.score_arrays import score_arrays
from dangol.insight.relationship import fair_line
from dangol.insight.relationship.customer_value import balance
from dangol.insight.relationship.frozen_reference import CUSTOMER_VALUE, EQUITY, standing_scales
from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]

MOST_MOVED = 10
NAMES = ("economic_rank", "social_rank", "cost_rank", "equity")


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
    """What would change. changed: customers whose region would; equity: total in minor units, before and after."""

    customers: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
    equity_before: float
    equity_after: float
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class _Sides:
    value: Array
    rank: Array
    equity: Array
    regions: fair_line.Words


def preview(run: Run, *, now: ValueSettings, then: ValueSettings) -> Preview:
    """Hold what these settings make of the run against what those make of it; only CHANGEABLE ones may differ.

    now: the settings the run was made under.
    """
    ids, scores = _columns(run)
    ranked = standing_scales()
    before, after = (_sides(scores, ranked, now, settings) for settings in (now, then))
    return Preview(
        customers=len(ids), changed=int((before.regions != after.regions).sum()),
        before=fair_line.counts(before.regions), after=fair_line.counts(after.regions),
        equity_before=float(np.nansum(before.equity)), equity_after=float(np.nansum(after.equity)),
        moved=_most_moved(ids, before, after),
    )  # fmt: skip


def _columns(run: Run) -> tuple[npt.NDArray[np.int64], dict[str, Array]]:
    """Everybody of the run, by id, and their columns, NaN where unknown."""
    ids = np.sort(score_arrays(run, "region")[0])
    found = {}
    for name in NAMES:
        whose, values = score_arrays(run, name)
        column = np.full(len(ids), np.nan)
        column[np.searchsorted(ids, whose)] = values
        found[name] = column
    return ids, found


def _sides(
    scores: Mapping[str, Array], scales: Mapping[str, FrozenScale], made_under: ValueSettings, settings: ValueSettings
) -> _Sides:
    mean = balance(scores["economic_rank"], scores["social_rank"], scores["cost_rank"], weights=settings.weights)
    equity = scores["equity"] * (settings.margin_rate / made_under.margin_rate)
    unknown = np.full(len(mean), np.nan)
    value = scales[CUSTOMER_VALUE].transform(mean) if CUSTOMER_VALUE in scales else unknown
    rank = scales[EQUITY].transform(equity) if EQUITY in scales else unknown
    return _Sides(value, rank, equity, fair_line.region(value, rank, settings.tolerance))


def _most_moved(ids: npt.NDArray[np.int64], before: _Sides, after: _Sides) -> tuple[Moved, ...]:
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
