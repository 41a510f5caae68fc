"""Two months in which everybody of the small business slipped from balance below the line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Snapshot
from dangol.records.customers.models import Customer
from tests.insight.relationship.movement.made import made

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def two_months(people: Sequence[Customer], at: datetime) -> list[Snapshot]:
    """Of the newest valuation's yardstick."""
    run = Run.objects.filter(kind="relationship").latest("pk")
    places = {SEPTEMBER: (80.0, 85.0), OCTOBER: (20.0, 85.0)}
    return made(run, {month: [(one.pk, *place) for one in people] for month, place in places.items()}, at=at)
