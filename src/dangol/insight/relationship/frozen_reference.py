"""The frozen reference: the scales everybody is measured against until somebody re-bases them.

Against a moving reference the mean would stay 50 for ever and nobody's gain could be seen. So each part is ranked
among the active customers of the run in which it was first known, and later runs keep that scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Reference

type Array = npt.NDArray[np.float64]

ECONOMIC, SOCIAL, COST = "economic_value", "social_value", "relationship_cost"
CUSTOMER_VALUE, EQUITY = "customer_value", "equity"
CUSTOMER_PARTS = (ECONOMIC, SOCIAL, COST)

FIRST = "first"  # why a scale was frozen: the part was first known
NEW_PART = "new part"  # customer value again: a part that was unknown has become known


@dataclass
class Scales:
    """The scales of one run: those that stand, and those it froze itself with the reason.

    `rebased` is the reason given for a new reference, "" when the standing one is kept. closed: nothing is frozen; a
    part without a standing scale stays unknown.
    """

    standing: Mapping[str, FrozenScale]
    rebased: str = ""
    closed: bool = False
    frozen: dict[str, tuple[FrozenScale, str]] = field(default_factory=dict)

    def rank(self, part: str, values: Array, among: npt.NDArray[np.bool_]) -> Array:
        """Percentile of each value on the frozen scale of the part, 0–100, NaN where unknown.

        Without a standing scale one is frozen from the values of `among`, the active customers.
        """
        scale = self._scale(part)
        if scale is None:
            known = values[among & ~np.isnan(values)]
            if self.closed or not len(known):
                return np.full(len(values), np.nan)
            scale = self._freeze(part, known)
        return scale.transform(values)

    def again(self, part: str, values: Array) -> Array:
        """Percentile on a scale that `rank` has used already, as for the ends of an interval."""
        scale = self._scale(part)
        return np.full(len(values), np.nan) if scale is None else scale.transform(values)

    def _scale(self, part: str) -> FrozenScale | None:
        if part in self.frozen:
            return self.frozen[part][0]
        if self.rebased or (part == CUSTOMER_VALUE and self._new_parts()):
            return None
        return self.standing.get(part)

    def _freeze(self, part: str, known: Array) -> FrozenScale:
        scale = FrozenScale().fit(known)
        again = f"{NEW_PART}: {', '.join(self._new_parts())}" if part in self.standing else FIRST
        self.frozen[part] = (scale, self.rebased or again)
        return scale

    def _new_parts(self) -> list[str]:
        return [part for part in CUSTOMER_PARTS if part in self.frozen and part not in self.standing]


def standing_scales(*, but_of: datetime | None = None) -> dict[str, FrozenScale]:
    """The scale of each part that stands: the one frozen last. but_of: as in `standing_references`."""
    return {row.part: FrozenScale.from_bytes(bytes(row.scale)) for row in standing_references(but_of=but_of)}


def standing_references(*, but_of: datetime | None = None) -> list[Reference]:
    """The reference rows behind the standing scales, one a part.

    but_of: without those that were frozen by themselves as of this day. While a home is filled file by file, the day
    it looks back from stays, and what was frozen after the first file knew only that.
    """
    latest: dict[str, int] = dict(Reference.objects.order_by("pk").values_list("part", "pk"))
    rows = Reference.objects.filter(pk__in=latest.values()).select_related("run").order_by("pk")
    return [row for row in rows if row.run.as_of != but_of or not by_itself(row)]


def by_itself(row: Reference) -> bool:
    """Whether the scale was frozen because its part was first known, and not because somebody re-based."""
    return row.reason == FIRST or row.reason.startswith(f"{NEW_PART}:")


def keep(scales: Scales, run: Run, *, at: datetime) -> None:
    """Write the scales that this run froze, each with its reason."""
    Reference.objects.bulk_create(
        Reference(run=run, part=part, scale=scale.to_bytes(), customers=round(scale.n_), frozen_at=at, reason=reason)
        for part, (scale, reason) in scales.frozen.items()
    )
