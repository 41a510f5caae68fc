"""What metrics are worked out over: the facts of the lake, and tables made of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import WHOLE

MADE: dict[str, Callable[[Lake], Any]] = {}  # by name: tables with a column `day` that are made of facts
NEVER = date(1970, 1, 1)


def source(lake: Lake, name: str) -> Any:
    """The fact of that name, or the table that is made under it."""
    return MADE[name](lake) if name in MADE else lake.table(name)


def last_day(lake: Lake) -> date:
    """The last day the lake knows of: the shop's day it was brought up to, or that of the last sale where nobody told.

    What came in earlier may tell of a later day: a list of customers taken in today, then the sales of years ago.
    """
    known = shops_day(lake.manifest.at) if lake.manifest.at else sold_between(lake)[1]
    return known if lake.until is None else min(known, lake.until)


def shops_day(at: str) -> date:
    """The day of a moment as the manifest writes it."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()


def sold_between(lake: Lake) -> tuple[date, date]:
    """The days of the first and the last sale of the business, whoever asks."""
    lines = lake.seen_by(WHOLE).table("lines")
    ((first, last),) = [
        row.values() for row in lake.arrow(lines.aggregate(first=lines.day.min(), last=lines.day.max())).to_pylist()
    ]
    return first or NEVER, last or NEVER
