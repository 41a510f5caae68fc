"""When a report falls due: every day, every Monday, or on the first of every month, at its hour of the shop's clock.

Whatever was not sent while nobody was there is sent once, for the last day it fell due on.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone

from dangol.insight.analysis.models import Report

Rhythm = Report.Rhythm


def last_due(report: Report, *, at: datetime) -> date | None:
    """The last day on which it fell due by this moment; None where that was before it was planned."""
    day = _day_of(report, _local(at))
    return day if _moment(report, day) > report.since else None


def next_due(report: Report, *, at: datetime) -> datetime:
    """When it falls due next."""
    day = _day_of(report, _local(at))
    if report.rhythm == Rhythm.MONTH:
        return _moment(report, (day + timedelta(days=32)).replace(day=1))
    return _moment(report, day + timedelta(days=7 if report.rhythm == Rhythm.WEEK else 1))


def claim_due(report: Report, *, at: datetime) -> date | None:
    """The day it is due for, once: None where it is not due, or somebody took it. In the caller's transaction."""
    day = last_due(report, at=at)
    if day is None or report.asked_for == day:
        return None
    mine = Report.objects.filter(pk=report.pk, ended_at=None, asked_for=report.asked_for)
    return day if mine.update(asked_for=day) == 1 else None


def _day_of(report: Report, local: datetime) -> date:
    """The last day of its rhythm whose hour has come."""
    day = local.date() if local.hour >= report.hour else local.date() - timedelta(days=1)
    if report.rhythm == Rhythm.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if report.rhythm == Rhythm.MONTH else day


def _moment(report: Report, day: date) -> datetime:
    return datetime.combine(day, time(report.hour), get_current_timezone())


def _local(at: datetime) -> datetime:
    return at.astimezone(get_current_timezone())
