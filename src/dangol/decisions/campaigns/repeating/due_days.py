"""On which days a series comes: a day of the month, the last where the month is shorter, or a day of the week."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from dangol.decisions.campaigns.repeating.models import Series, SeriesStep

RUNNING = (SeriesStep.Kind.STARTED, SeriesStep.Kind.RESUMED)


def last_day(series: Series, *, today: date) -> date:
    """The latest day on which it comes, this one or before."""
    if series.every == Series.Every.WEEK:
        return today - timedelta(days=(today.isoweekday() - series.day) % 7)
    this = _in_month(today.year, today.month, series.day)
    if this <= today:
        return this
    before = today.replace(day=1) - timedelta(days=1)
    return _in_month(before.year, before.month, series.day)


def next_day(series: Series, *, after: date) -> date:
    """The first day on which it comes after this one."""
    if series.every == Series.Every.WEEK:
        return last_day(series, today=after) + timedelta(days=7)
    this = _in_month(after.year, after.month, series.day)
    if this > after:
        return this
    then = after.replace(day=28) + timedelta(days=4)
    return _in_month(then.year, then.month, series.day)


def due_day(series: Series, *, steps: Sequence[tuple[str, date]], issued: date | None, today: date) -> date | None:
    """The day for which an issue is to be made now; None where none is.

    steps: (kind, day) of its starts, pauses and stops, the last one last; issued: the day of its last issue. What fell
    due before it was started or while it was paused is passed over; of several that were missed the last one counts.
    """
    if not steps or steps[-1][0] not in RUNNING:
        return None
    day = last_day(series, today=today)
    return None if day < steps[-1][1] or (issued is not None and issued >= day) else day


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
