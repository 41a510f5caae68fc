"""The period before: for rows of a time, one step back along it; for all else, as long a period directly before."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube.question import BadQuestion, Condition, Question
from dangol.insight.warehouse.cube.values import day_of, written
from dangol.insight.warehouse.metrics import Family, Form, split_named
from dangol.insight.warehouse.metrics.sources import shops_day

# Forms of dimensions that go on along time, the finest first, with the months or days from one to the next.
MONTHS = {Form.MONTH: 1, Form.QUARTER: 3, Form.YEAR: 12}
DAYS = {Form.DAY: 1, Form.WEEK: 7}


@dataclass(frozen=True)
class Step:
    """So many months, or else days. `along`: the finest time that the rows have, "" where they have none."""

    along: str = ""
    months: int = 0
    days: int = 0

    def back(self, day: date) -> date:
        if self.months:
            return _months_on(day, -self.months)
        return day - timedelta(days=min(self.days, (day - date.min).days))

    def on(self, day: date) -> date:
        if self.months:
            return _months_on(day, self.months)
        return day + timedelta(days=min(self.days, (date.max - day).days))

    def shifted(self, question: Question) -> Question:
        """The same asked of the period a step earlier."""
        return replace(
            question,
            since=question.since and self.back(question.since),
            until=question.until and self.back(question.until),
        )

    def key(self, question: Question, row: dict[str, Any]) -> tuple[Any, ...]:
        """Where the row of the period before stands beside: its own dimensions a step later."""
        if not self.along:
            return tuple(row[name] for name in question.by)
        later = self.on(day_of(str(row[self.along])))
        return tuple(
            written(name, _first_of(name, later)) if row[name] is not None and _is_time(name) else row[name]
            for name in question.by
        )  # fmt: skip


def as_days(question: Question) -> Question:
    """The same with conditions on one month, quarter … told as its days, which move with the period."""
    since, until, rest = question.since, question.until, []
    for one in question.where:
        first = _first_day(one)
        if first is None:
            rest.append(one)
            continue
        form = split_named(one.dimension).form
        end = Step(one.dimension, MONTHS.get(form, 0), DAYS.get(form, 0)).on(first)
        since = max(since or first, first)
        until = min(until or end, end)
    return replace(question, since=since, until=until, where=tuple(rest))


def step_of(question: Question, row: dict[str, Any]) -> Step | None:
    """How far back the row is compared; None where nothing says how long its period is."""
    if name := along(question, row):
        form = split_named(name).form
        return Step(name, MONTHS.get(form, 0), DAYS.get(form, 0))
    since, until = question.since, question.until
    if since is None or until is None:
        return None
    if since.day == until.day == 1:
        return Step("", (until.year - since.year) * 12 + until.month - since.month)
    return Step("", 0, (until - since).days)


def along(question: Question, row: dict[str, Any]) -> str:
    """The finest time that the row is of."""
    for form in (*DAYS, *MONTHS):
        for name in question.by:
            if row[name] is not None and split_named(name).form is form and _is_time(name):
                return name
    return ""


def ended(question: Question, at: str) -> Question:
    """The same up to the day of the records (`at`: when the warehouse was brought up to them) and no further."""
    if not at:
        return question
    last = shops_day(at) + timedelta(days=1)
    if (question.since is not None and question.since >= last) or (question.until and question.until <= last):
        return question
    return replace(question, until=last)


def must_have_a_period(question: Question) -> None:
    """Raises BadQuestion where there is no period before."""
    times = [name for name in question.by if _is_time(name)]
    if not times and (question.since is None or question.until is None):
        raise BadQuestion(
            _("To compare with the period before, ask by a time such as month, or from one day to another.")
        )
    if len(times) > 1 and any(split_named(name).form is Form.WEEK for name in times):
        raise BadQuestion(_("Weeks do not lie within months: to compare with the week before, ask by week alone."))


def _first_day(one: Condition) -> date | None:
    """The first day of the one span of time that a condition is about; None where it is about anything else."""
    if not _is_time(one.dimension) or len(one.values) > 1:
        return None
    try:
        day = day_of(one.values[0])
    except ValueError:
        return None  # asking says what is wrong with it
    is_first = split_named(one.dimension).form is not Form.WEEK or day.weekday() == 0
    return day if is_first and written(one.dimension, day) == one.values[0] else None


def _is_time(name: str) -> bool:
    split = split_named(name)
    return split.family is Family.TIME and split.form in {*MONTHS, *DAYS}


def _first_of(name: str, day: date) -> date:
    """The first day of the span of that dimension in which the day lies."""
    form = split_named(name).form
    if form is Form.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if form in MONTHS else day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return day
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
