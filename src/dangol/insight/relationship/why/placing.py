"""Where a value lies among the frozen reference that stood when a run was made: how many lie below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dangol.insight.analysis.estimators.percentile import SAME, FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Reference


@dataclass(frozen=True)
class Place:
    """rank = 100 (below + half of the equal) / among, 0–100. among: customers of the reference, frozen at a time.

    exact: counted, where it is not read off between two kept values of a very large reference.
    """

    rank: float
    below: float
    equal: float
    among: int
    exact: bool
    frozen_at: datetime
    reason: str


@dataclass(frozen=True)
class Standing:
    """One scale as it stood, with its row."""

    scale: FrozenScale
    row: Reference

    def place(self, value: float) -> Place:
        """Where this value stands."""
        scale, row = self.scale, self.row
        value = _snapped(scale, value)
        rank = float(scale.transform([value])[0])
        below, equal, exact = _among(scale, value, rank)
        return Place(rank, below, equal, round(scale.n_), exact, row.frozen_at, row.reason)


def _snapped(scale: FrozenScale, value: float) -> float:
    """The value itself, or the kept one it is but for the last digits: in another order it would fall beside."""
    at = int(np.searchsorted(scale.knots_, value))
    near = (float(scale.knots_[place]) for place in (at - 1, at) if 0 <= place < len(scale.knots_))
    return next((one for one in near if abs(one - value) <= SAME * abs(value)), value)


def _among(scale: FrozenScale, value: float, rank: float) -> tuple[float, float, bool]:
    """How many lie below the value and how many at it, and whether that was counted."""
    at = int(np.searchsorted(scale.knots_, value))
    if at < len(scale.knots_) and scale.knots_[at] == value:
        return float(scale.below_[at]), float(scale.equal_[at]), True
    below = float(scale.below_[at - 1] + scale.equal_[at - 1]) if at else 0.0
    following = float(scale.below_[at]) if at < len(scale.knots_) else scale.n_
    if below == following:
        return below, 0.0, True
    return rank * scale.n_ / 100.0, 0.0, False


def stood_for(run: Run) -> Mapping[str, Standing]:
    """The scale of each part that this run ranked by: the one frozen last, by it or before it."""
    frozen = Reference.objects.filter(run__lte=run.pk).order_by("pk")
    latest = {row.part: row for row in frozen.defer("scale")}
    kept = Reference.objects.filter(pk__in=[row.pk for row in latest.values()])
    return {row.part: Standing(FrozenScale.from_bytes(bytes(row.scale)), row) for row in kept}
