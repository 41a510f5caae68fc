"""When: days of the shop, the spans they lie in, and the hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.registry import Family, Form, Split
from dangol.insight.warehouse.queries import Lake

# Facts whose rows are moments and no whole days.
MOMENTS = frozenset({
    "lines", "points", "interactions", "answers", "loans", "assignments", "subscriptions", "subscription_steps",
    "withholdings", "feedback", "told_and_answered",
})  # fmt: skip
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)  # every offset of a time zone changes on a quarter of an hour


def _span(name: str, letter: str) -> Callable[[Lake, Any], Any]:
    def column(_lake: Lake, rows: Any) -> Any:
        return rows.mutate(**{name: rows.day.cast("timestamp").truncate(letter).cast("date")})

    return column


def _weekday(_lake: Lake, rows: Any) -> Any:
    return rows.mutate(weekday=rows.day.day_of_week.index().cast("int64") + 1)


def _hour(_lake: Lake, rows: Any) -> Any:
    import ibis

    offsets = changes(settings.DANGOL.time_zone)
    first, *later = [(since, ibis.interval(seconds=seconds)) for since, seconds in offsets]
    local = rows.at + first[1]
    for since, offset in later:
        local = ibis.ifelse(rows.at >= ibis.literal(since), rows.at + offset, local)
    return rows.mutate(hour=local.hour().cast("int64"))


@cache
def changes(zone: str) -> tuple[tuple[datetime, int], ...]:
    """From when (UTC, without a zone) the time zone is how many seconds ahead of UTC, the earliest first."""
    there = ZoneInfo(zone)
    found = [(FIRST, _offset(FIRST, there))]
    day = FIRST
    while day < LAST:
        day += timedelta(days=1)
        if _offset(day, there) != found[-1][1]:
            at = day - timedelta(days=1)
            while _offset(at, there) == found[-1][1]:
                at += QUARTER
            found.append((at, _offset(at, there)))
    return tuple((at.replace(tzinfo=None), seconds) for at, seconds in found)


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _whole_day(_lake: Lake, rows: Any) -> Any:
    return rows


SPLITS = (
    Split("year", _("Year"), _span("year", "Y"), family=Family.TIME, form=Form.YEAR, hierarchy="calendar", level=0,
          meaning=_("the first day of the year of the shop's day"), of_day=True),
    Split("quarter", _("Quarter"), _span("quarter", "Q"), family=Family.TIME, form=Form.QUARTER, hierarchy="calendar",
          level=1, meaning=_("the first day of the quarter of the shop's day"), of_day=True),
    Split("month", _("Month"), _span("month", "M"), family=Family.TIME, form=Form.MONTH, hierarchy="calendar", level=2,
          meaning=_("the first day of the month of the shop's day"), of_day=True),
    Split("day", _("Day"), _whole_day, family=Family.TIME, form=Form.DAY, hierarchy="calendar", level=3,
          meaning=_("the shop's day"), of_day=True),
    Split("week", _("Week"), _span("week", "W"), family=Family.TIME, form=Form.WEEK,
          meaning=_("the Monday of the week of the shop's day"), of_day=True),
    Split("weekday", _("Day of the week"), _weekday, family=Family.TIME, form=Form.NUMBER,
          meaning=_("1 for Monday to 7 for Sunday"), of_day=True),
    Split("hour", _("Hour of the day"), _hour, MOMENTS, Family.TIME, Form.NUMBER,
          meaning=_("0 to 23 in the shop's time zone; a file that tells days only leaves its time of day")),
)  # fmt: skip
