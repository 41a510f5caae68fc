"""Reads a question from the words of a command or an address. Names are looked up and values stay texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube.question import BadQuestion, Compare, Condition, Question, checked

_CONDITION = re.compile(r"\s*(?P<name>\w+)\s*(?:=\s*(?P<one>.+?)|in\s*\((?P<many>.*)\))\s*", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^,"']*?))\s*(?:,|$)""")
_AND = re.compile(r"""\s+and\s+(?=\w+\s*(?:=|in\s*\())""", re.IGNORECASE)


def read(
    metrics: str,
    by: str = "",
    where: Iterable[str] = (),
    *,
    since: date | None = None,
    last: date | None = None,
    totals: bool = False,
    sort: str = "",
    falling: bool = False,
    top: int | None = None,
    compare: Compare = "",
) -> Question:
    """Names have commas between, conditions are "dim in (a, b)" or "dim = a", `last` is the last day.

    Raises BadQuestion.
    """
    question = Question(
        metrics=_names(metrics),
        by=_names(by),
        where=tuple(condition for text in where for condition in conditions(text)),
        since=since,
        until=last + timedelta(days=1) if last and last != date.max else None,
        totals=totals, sort=sort, falling=falling, top=top, compare=compare,
    )  # fmt: skip
    checked(question)
    return question


def conditions(text: str) -> list[Condition]:
    """Conditions joined by "and"; a value with a comma or a bracket stands in quotes. Raises BadQuestion."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadQuestion(_("A condition holds a sign that cannot be read."))
    return [_condition(part) for part in _AND.split(text)]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    values = _values(found["one"] if found["many"] is None else found["many"]) if found else None
    if not found or not values or (found["many"] is None and len(values) > 1):
        raise BadQuestion(
            _("A condition is written as age_band in (30-39, 40-49) or channel = app, not as '%(text)s'.")
            % {"text": text}
        )
    return Condition(found["name"], tuple(values))


def _values(text: str) -> list[str] | None:
    """The values with commas between; None where quotes do not close."""
    values, at = [], 0
    while at < len(text):
        found = _VALUE.match(text, at)
        if not found or found.end() == at:
            return None
        values.append(next(one for one in found.groups() if one is not None))
        at = found.end()
    return values
