"""Months of the shop's time: when each ends, and which have ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def following(month: date, by: int = 1) -> date:
    """The month so many after this one; below 0: before it."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def last_day(month: date) -> date:
    """Its last day."""
    return following(month) - timedelta(days=1)


def end_of(month: date) -> datetime:
    """The moment it is over, in the shop's time."""
    return datetime.combine(following(month), time(), tzinfo=ZoneInfo(settings.DANGOL.time_zone))


def last_ended(day: date) -> date:
    """The newest month that is over once this shop's day is."""
    month = month_of(day)
    return month if day == last_day(month) else following(month, -1)


def between(first: date, last: date) -> Iterator[date]:
    """Every month from the first to the last, both included."""
    while first <= last:
        yield first
        first = following(first)


def apart(earlier: date, later: date) -> int:
    """How many months lie between them."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
