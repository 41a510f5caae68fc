"""Months as a shop would have them, of customers whose places the test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.fair_line import region
from dangol.insight.relationship.models import Snapshot
from dangol.insight.relationship.movement.actions import keep, match, raise_alert
from dangol.insight.relationship.movement.months import last_day
from dangol.insight.relationship.movement.positions import CODES, Positions
from dangol.insight.relationship.movement.yardstick import settings_of, yardstick_of

type Place = tuple[int, float, float]  # customer, value to the customer, value to the company


def positions(places: Sequence[Place]) -> Positions:
    """People at these places; the equity is a thousand for each point of its rank, commitment half of it."""
    rows = sorted(places)
    ids = np.array([one[0] for one in rows], np.int64)
    cv, ce = (np.array([one[at] for one in rows], np.float64) for at in (1, 2))
    codes = np.array([CODES[str(word)] for word in region(cv, ce, 15.0)], np.int8)
    return Positions(ids, cv, ce, codes, 1000 * ce, ce / 200)


def made(run: Run, months: Mapping[date, Sequence[Place]], *, at: datetime) -> list[Snapshot]:
    """Snapshots on the run's yardstick, what moved between them, and the alert of the newest."""
    yardstick, told = yardstick_of(run), []
    for month, places in months.items():
        taken = Snapshot(
            month=month, yardstick=yardstick, day=last_day(month), worked_out=True, run=run, lake_version="v000001",
            parameters=settings_of(run).as_parameters(), at=at,
        )  # fmt: skip
        told.append(keep(taken, positions(places), parts=["economic_value", "social_value"]))
    match(yardstick)
    raise_alert(yardstick, at=at)
    return told
