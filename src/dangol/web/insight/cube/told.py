"""What the page says around the numbers: the question in words, what figures mean, what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Family, Form
from dangol.insight.warehouse.metrics.registry import coarser
from dangol.insight.warehouse.queries import Lake, lake
from dangol.web import clock
from dangol.web.insight.cube import choices
from dangol.web.insight.cube.adding import added_up
from dangol.web.insight.cube.asked import MOST_DOWN, MOST_METRICS, TOPS, Asked
from dangol.web.insight.cube.periods import ALL, DATES, PERIODS, Span
from dangol.web.insight.cube.written import Names

SPANS = (Form.YEAR, Form.QUARTER, Form.MONTH, Form.WEEK, Form.DAY)


@dataclass(frozen=True)
class Chip:
    """One thing that is chosen: in words, the address without it, and where it is changed or stepped out of."""

    label: str | Promise
    value: str
    without: str
    change: str = ""
    up: str = ""
    up_label: str | Promise = ""
    means: str | Promise = ""


def form(asked: Asked, of: Lake, values: list[str]) -> dict[str, Any]:
    """Everything that is chosen, and what can be chosen next."""
    names = Names()
    return {
        "metrics": [_metric(asked, name) for name in asked.metrics],
        "down": [_dimension(asked, name) for name in asked.down],
        "across": [_dimension(asked, asked.across)] if asked.across else [],
        "parts": [_part(asked, name, picked, names) for name, picked in asked.parts],
        "add_metrics": choices.metrics(asked, of) if len(asked.metrics) < MOST_METRICS else [],
        "add_dimensions": choices.dimensions(asked) if asked.metrics else [],
        "more_down": bool(asked.metrics) and len(asked.down) < MOST_DOWN,
        "filters": choices.dimensions(replace(asked, down=(), across="")) if asked.metrics else [],
        "periods": [*PERIODS.items(), (DATES, _("From … to …"))],
        "compares": [("", _("Nothing")), ("share", _("The whole: shares")), ("before", _("The period before"))],
        "tops": TOPS, "dates": asked.period == DATES, "span": asked.span(clock.day()),
        "carried": asked.words(), "filtering": _filtering(asked, values, names),
    }  # fmt: skip


def _metric(asked: Asked, name: str) -> Chip:
    rest = tuple(one for one in asked.metrics if one != name)
    sort = "" if asked.sort == name else asked.sort
    metric = METRICS[name]
    return Chip(metric.label, "", replace(asked, metrics=rest, sort=sort).address(), means=metric.formula)


def _dimension(asked: Asked, name: str) -> Chip:
    down = tuple(one for one in asked.down if one != name)
    across = "" if asked.across == name else asked.across
    above = coarser(DIMENSIONS[name])
    return Chip(
        DIMENSIONS[name].label, "", replace(asked, down=down, across=across).address(),
        up=asked.out_of(name, above.name).address() if above and above.name not in asked.by else "",
        up_label=above.label if above else "", means=DIMENSIONS[name].meaning,
    )  # fmt: skip


def _part(asked: Asked, name: str, picked: tuple[str, ...], names: Names) -> Chip:
    return Chip(
        DIMENSIONS[name].label, names.listed(name, picked), asked.only(name, ()).address(),
        change=f"{asked.address()}&filter={name}",
    )  # fmt: skip


def _filtering(asked: Asked, values: list[str], names: Names) -> dict[str, Any]:
    """The values to tick, those ticked first."""
    name = asked.filtering
    if not name:
        return {}
    picked = asked.values_of(name)
    shown = [*picked, *(value for value in values if value not in picked)]
    names.tell_apart(name, shown)
    return {
        "name": name, "label": DIMENSIONS[name].label, "without": asked.address(),
        "values": [(f"{name}:{value}", names.of(name, value), value in picked) for value in shown[:200]],
        "more": max(0, len(shown) - 200),
        "carried": [(word, value) for word, value in asked.words() if word != "in" or not value.startswith(f"{name}:")],
    }  # fmt: skip


def title(asked: Asked, names: Names) -> str:
    """The question in one line: figures, by what, of which part, when."""
    what = ", ".join(str(METRICS[name].label) for name in asked.metrics)
    by = " × ".join(str(DIMENSIONS[name].label) for name in asked.by)
    told = _("%(what)s by %(by)s") % {"what": what, "by": by} if by else what
    parts = [f"{DIMENSIONS[name].label}: {names.listed(name, values)}" for name, values in asked.parts]
    return " · ".join([told, *parts])


def in_words(asked: Asked, names: Names) -> str:
    """The question in one line with its period as it was chosen: last month, or two days."""
    when = days(asked.span(clock.day())) if asked.period == DATES else str(PERIODS.get(asked.period, ""))
    return f"{title(asked, names)} · {when}" if asked.metrics else ""


def days(span: Span) -> str:
    """The period in words."""
    if span.since and span.last:
        return f"{_written(span.since)} – {_written(span.last)}"
    if span.since:
        return _("From %(day)s") % {"day": _written(span.since)}
    return _("Until %(day)s") % {"day": _written(span.last)} if span.last else _("All time")


def provenance(asked: Asked, found: Answer) -> list[str]:
    """Which days, as of when, from which version of the warehouse."""
    span = asked.span(clock.day())
    when = _("All time until %(day)s") % {"day": _written(clock.day())} if asked.period == ALL else days(span)
    return [when, _("Warehouse %(version)s") % {"version": lake().version}]


def meanings(asked: Asked) -> list[tuple[Promise, Promise]]:
    """What each figure is, spelled out."""
    return [(METRICS[name].label, METRICS[name].formula) for name in asked.metrics]


def notes(asked: Asked, found: Answer) -> list[str]:
    """What to keep in mind of these numbers."""
    told = []
    worked_out = [str(METRICS[name].label) for name in asked.metrics if not added_up(name, asked.by)]
    if worked_out and asked.by:
        names = {"names": ", ".join(worked_out)}
        told.append(_("The totals of %(names)s are worked out anew from what is behind them, not added up.") % names)
    today = clock.day()
    last = min(asked.span(today).last or today, today)  # beyond the clock nothing is on record
    if (name := unfinished(asked.by, last)) and _shown(asked, found, name, last):
        told.append(
            _("The last %(time)s is not over: its numbers reach to %(day)s.")
            % {"time": str(DIMENSIONS[name].label).lower(), "day": _written(last)}
        )
    since = asked.span(today).since
    if since and (name := cut_off(asked.by, since)) and _shown(asked, found, name, since):
        told.append(
            _("The first %(time)s is not whole: its numbers begin on %(day)s.")
            % {"time": str(DIMENSIONS[name].label).lower(), "day": _written(since)}
        )
    if asked.compare == "before":
        told.append(_("Below each number: the change since the period before."))
    if asked.compare == "share":
        told.append(_("Below each number: its share of the whole."))
        if worked_out and asked.by:
            told.append(_("Of %(names)s there are no shares: their parts do not add up.") % names)
    return told


def unfinished(by: tuple[str, ...], last: date) -> str:
    """The time among these dimensions whose last part is cut off by the last day; empty where none is."""
    return cut_off(by, last + timedelta(days=1))


def cut_off(by: tuple[str, ...], first: date) -> str:
    """The time among these dimensions of which no part begins on the first day; empty where none is."""
    begins = {
        Form.WEEK: first.weekday() == 0, Form.MONTH: first.day == 1,
        Form.QUARTER: first.day == 1 and first.month % 3 == 1, Form.YEAR: first.day == first.month == 1,
    }  # fmt: skip
    return next((name for name in by if is_time(name) and begins.get(DIMENSIONS[name].form) is False), "")


def _shown(asked: Asked, found: Answer, name: str, last: date) -> bool:
    """Whether the answer has a row of the time in which the day lies."""
    text = {
        Form.YEAR: f"{last:%Y}", Form.QUARTER: f"{last:%Y}-Q{(last.month + 2) // 3}", Form.MONTH: f"{last:%Y-%m}",
        Form.WEEK: (last - timedelta(days=last.weekday())).isoformat(),
    }[DIMENSIONS[name].form]  # fmt: skip
    return any(str(row[asked.by.index(name)]) == text for row in found.rows)


def is_time(name: str) -> bool:
    """Whether it goes on along the days that are asked for."""
    return DIMENSIONS[name].family is Family.TIME and DIMENSIONS[name].form in SPANS


def picture_choices(asked: Asked, fits: list[str], now: str) -> list[tuple[str, str, str, bool]]:
    """The pictures that can be shown: name, label, address, whether it is the one that is (`now`)."""
    labels = {
        "line": _("Lines"), "bar": _("Bars"), "heat": _("Heat map"), "tree": _("Treemap"), "cohort": _("Cohorts"),
        "lorenz": _("Spread over customers"), "none": _("No picture"),
    }  # fmt: skip
    offered = [*fits, "none"] if fits else []
    return [(name, labels[name], replace(asked, picture=name).address(), name == now) for name in offered]


def _written(day: date | datetime) -> str:
    return date_format(day, "DATE_FORMAT")
