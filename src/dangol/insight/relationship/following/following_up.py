"""Count what became of those followed at the end of each month that is there; what was counted is not counted again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.following.outcome import Then, outcome
from dangol.insight.relationship.models import Followed, FollowUp, Position, Snapshot, Takeover
from dangol.insight.relationship.movement.months import month_of
from dangol.lib.plain_rows import columns_of

type Array = npt.NDArray[np.float64]


def follow_up() -> int:
    """Count every month after a takeover that is on its yardstick and not counted yet; how many were."""
    counted = set(FollowUp.objects.values_list("takeover", "snapshot"))
    made = 0
    for takeover in Takeover.objects.order_by("pk"):
        for snapshot in _months_after(takeover):
            if (takeover.pk, snapshot.pk) not in counted:
                then = _then(takeover, snapshot)
                told = outcome(then, tolerance=float(snapshot.parameters["tolerance"]))
                FollowUp.objects.get_or_create(takeover=takeover, snapshot=snapshot, defaults={"summary": told})
                made += 1
    return made


def _months_after(takeover: Takeover) -> Iterable[Snapshot]:
    """A month that ended before tells nothing of it, also where its places were taken after."""
    day = shops_day(takeover.at)
    after = Snapshot.objects.filter(yardstick=takeover.yardstick, day__gt=day, month__gte=month_of(day))
    return after.order_by("month")


def _then(takeover: Takeover, snapshot: Snapshot) -> Then:
    kept = Followed.objects.filter(takeover=takeover)
    names = ("customer", "treated", "programme", "move", "customer_value", "customer_equity")
    kinds = (np.int64, np.bool_, np.str_, np.str_, np.float64, np.float64)
    mine, treated, programme, move, value, equity = columns_of(kept.order_by("customer").values_list(*names), *kinds)
    later = Position.objects.filter(snapshot=snapshot, customer__in=kept.values("customer"))
    stood = later.values_list("customer", "customer_value", "customer_equity")
    who, theirs, ours = columns_of(stood, np.int64, np.float64, np.float64)
    later_value, later_equity = (_beside(mine, who, one) for one in (theirs, ours))
    off = np.isnan(later_value) | np.isnan(later_equity)  # who is known on one side alone has no place
    later_value[off] = later_equity[off] = np.nan
    return Then(treated, programme, move, value, equity, later_value, later_equity)


def _beside(ids: npt.NDArray[np.int64], who: npt.NDArray[np.int64], values: Array) -> Array:
    """The value of each of the rising ids, NaN where there is none."""
    told = np.full(len(ids), np.nan)
    at = np.searchsorted(ids, who)
    told[at] = values
    return told
