"""A small shop whose customers come back at a rhythm of their own until they leave for good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from dangol.insight.analysis.leaving.actions import foretell
from dangol.insight.analysis.leaving.settings import LeavingSettings
from dangol.insight.analysis.models import Run
from dangol.insight.warehouse.queries import Lake
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import Customer
from tests.insight.warehouse.small_lake import customers, line, small_lake
from tests.worlds import remembered

OPENED, TODAY = date(2026, 1, 1), date(2026, 9, 27)
AS_OF = datetime(2026, 9, 27, 14, 59, 59, tzinfo=UTC)  # the last second of the day in Seoul
PEOPLE = 700


def people(count: int = PEOPLE) -> None:
    """Put customers on record whose keys in the lake are 1…"""
    Customer.objects.bulk_create(
        Customer(full_name=f"손님{key}", lake_key=key, registered_at=datetime(2026, 1, 1, tzinfo=UTC))
        for key in range(1, count + 1)
    )


def sales(*, until: date = TODAY, seed: int = 0, count: int = PEOPLE) -> list[dict[str, Any]]:
    """Sell from the opening on, new customers coming all year; the same sales up to each day, however long it goes."""
    draw = np.random.default_rng(seed)
    days = (date(2026, 12, 31) - OPENED).days
    lines = []
    for key in range(1, count + 1):
        gap, came = draw.gamma(2.0, 9.0) + 2, draw.uniform(-60, days)
        left = came + draw.exponential(90)
        times = came + np.cumsum(draw.exponential(gap, 200))
        for time in times[(times >= 0) & (times < min(days, left))]:
            day, amount = OPENED + timedelta(days=int(time)), int(draw.integers(2, 40)) * 1000
            if day <= until:
                lines.append(line(key, day, amount, product_id=key % 7 + 1, channel="store"))
    return lines


def shop(folder: Path, *, until: date = TODAY, more: list[dict[str, Any]] | None = None, count: int = PEOPLE) -> Lake:
    """Write the lake of the shop as of a day."""
    return small_lake(folder, **customers(count), lines=sales(until=until, count=count) + (more or []))


def foretold_at(as_of: datetime = AS_OF, *, days: int = 30, progress: Progress = silent) -> Run:
    """Foretell as of a moment."""
    return foretell(settings=LeavingSettings(days=days), as_of=as_of, at=as_of, by=None, progress=progress)


def foretold_shop(*, until: date, as_of: datetime) -> Run:
    """People, their shop as of a day in the lake of the settings, and what was foretold as of a moment."""

    def make() -> Run:
        people()
        shop(settings.DANGOL_LAKE, until=until)
        return foretold_at(as_of)

    return remembered("foretold shop", make, until=until, as_of=as_of)
