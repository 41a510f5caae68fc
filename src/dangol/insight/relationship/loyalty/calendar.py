"""The calendar of waves: on which days customers are to be asked, and what became of each.

A planned day is done once answers are there that came from 14 days before it until 14 days before the next one. From
its day on it is due, 30 days later it is late, and once the next one has come it was missed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dangol.insight.relationship.loyalty.models import WavePlan

MONTHS = {WavePlan.Every.QUARTER: 3, WavePlan.Every.HALF_YEAR: 6, WavePlan.Every.YEAR: 12}
EARLY = timedelta(days=14)  # answers that come so long before a day already belong to it
LATE = timedelta(days=30)  # asking and answering take their time
APART = 30  # days between two planned ones, or nobody could say to which an answer belongs


class State(StrEnum):
    """What became of a planned day."""

    DONE = "done"
    MISSED = "missed"
    LATE = "late"
    DUE = "due"
    COMING = "coming"


@dataclass(frozen=True)
class Window:
    """A planned day and when its answers come: from `since` until before `until`."""

    day: date
    since: date
    until: date | None


@dataclass(frozen=True)
class Planned:
    """A planned day and what became of it."""

    day: date
    state: State


def windows(plan: WavePlan | None, *, since: date, until: date) -> list[Window]:
    """The planned days from one day to another, both included, each with when its answers come."""
    found = [one for one in days_of(plan, until=following(plan, until)) if one >= since]
    ends: list[date | None] = [day - EARLY for day in found[1:]]
    told = [Window(day, day - EARLY, end) for day, end in zip(found, [*ends, None], strict=True)]
    return [one for one in told if one.day <= until]


def days_of(plan: WavePlan | None, *, until: date) -> Iterator[date]:
    """All days of a plan up to one, the oldest first."""
    if plan is None or plan.every == WavePlan.Every.NEVER:
        return
    if plan.every == WavePlan.Every.DAYS:
        yield from (day for day in map(date.fromisoformat, plan.days) if day <= until)
        return
    assert plan.first is not None  # the table says so
    ends = date.max.year * 12 + 11 - (plan.first.year * 12 + plan.first.month - 1)  # the calendar has no later month
    for months in range(0, ends + 1, MONTHS[WavePlan.Every(plan.every)]):
        if (day := later(plan.first, months)) > until:
            return
        yield day


def following(plan: WavePlan | None, day: date) -> date:
    """A day by which the planned day after this one has come, where there is one."""
    if plan is not None and plan.every == WavePlan.Every.DAYS:
        return max([day, *map(date.fromisoformat, plan.days)])
    return max(later(day, 12), plan.first) if plan is not None and plan.first else later(day, 12)


def later(day: date, months: int) -> date:
    """The same day so many months later, the last of the month where it is too short."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def told(found: Sequence[Window], answered: Sequence[bool], *, today: date, runs: bool) -> list[Planned]:
    """What became of each; answered: whether answers of it are there; runs: whether time passes in this home."""
    newest = max((one.day for one in found if one.day <= today), default=None)
    return [
        Planned(one.day, _state(one.day, done, newest=newest, today=today, runs=runs))
        for one, done in zip(found, answered, strict=True)
    ]


def _state(day: date, done: bool, *, newest: date | None, today: date, runs: bool) -> State:
    if done:
        return State.DONE
    if day > today or not runs:
        return State.COMING
    if day != newest:
        return State.MISSED
    return State.LATE if today > day + LATE else State.DUE
