"""Cohorts as a triangle: of those who first bought in a month, what part bought again so many months on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers, Place
from dangol.web.insight.cube.written import Names
from dangol.web.shell.charts import Spec, Table
from dangol.web.shell.figures import count, percent

COHORT, SINCE = "cohort", "months_since"
PEOPLE = ("purchasers",)  # figures that count each customer of a month once
MOST, WRITTEN = 36, 14  # months shown, the latest ones; columns in which the part still stands written
TOLD = (1, 3, 6)  # months on that the sentence above speaks of


@dataclass(frozen=True)
class Cohort:
    """Customers of one first month: how many they are, and how many of them bought 0, 1, 2 … months on."""

    month: str
    size: int
    bought: tuple[int, ...]


def fits(asked: Asked) -> bool:
    """Whether what is asked is customers by their first month and the months since."""
    return set(asked.by) == {COHORT, SINCE} and asked.metrics[0] in PEOPLE


def cohorts(asked: Asked, numbers: Numbers, last: date) -> tuple[list[Cohort], int]:
    """The latest cohorts up to the day `last`, the earliest first; and how many are left out.

    A cohort is left out where the period that is asked for begins after its first month: nobody knows its size then.
    Nobody who bought is 0, as far as the days reach.
    """
    whole: Place = (None, None)
    at = asked.by.index(COHORT)
    found: list[Cohort] = []
    known = sorted(str(month) for month in numbers.values(at, whole) if month)
    for month in known:
        year, number = int(month[:4]), int(month[5:])
        ends = (last.year - year) * 12 + last.month - number
        bought = [_number(asked, numbers, month, months) for months in range(ends + 1)]
        if bought and bought[0]:
            found.append(Cohort(month, bought[0], tuple(bought)))
    return found[-MOST:], len(known) - len(found[-MOST:])


def _number(asked: Asked, numbers: Numbers, month: str, months: int) -> int:
    place: tuple[Any, ...] = (month, months) if asked.by[0] == COHORT else (months, month)
    return int(numbers.at(place, asked.metrics[0]) or 0)


def finding(found: list[Cohort], last: date) -> str:
    """In one sentence: of all cohorts that are old enough, what part bought so many months on."""
    over = (last + timedelta(days=1)).day == 1
    told = []
    for months in TOLD:
        old = [one for one in found if len(one.bought) > months + (0 if over else 1)]
        if old:
            part = sum(one.bought[months] for one in old) / sum(one.size for one in old)
            told.append(_("%(part)s in month %(months)s") % {"months": months, "part": percent(part)})
    if not told:
        return _("Who first bought when, and bought again when")
    return _("Of new customers bought again: %(parts)s") % {"parts": ", ".join(told)}


def unit(left_out: int, last: date) -> str:
    """What is to be known to read it."""
    said = [_("Part of the customers of a first month who bought so many calendar months on. Beside each: its size.")]
    if (last + timedelta(days=1)).day != 1:
        said.append(_("The last number of each row is of a month that is not over."))
    if left_out:
        said.append(
            _("%(number)s earlier months are not shown: the period begins after them, or they are too many.")
            % {"number": left_out}
        )
    return " ".join(said)


def table(found: list[Cohort], names: Names) -> Table:
    """The triangle as rows."""
    longest = max(len(one.bought) for one in found)
    columns = [str(DIMENSIONS[COHORT].label), _("Customers"), *(str(months) for months in range(longest))]
    rows = [
        [names.of(COHORT, one.month), count(one.size),
         *(percent(number / one.size, 1) for number in one.bought), *[""] * (longest - len(one.bought))]
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, frozenset(range(1, len(columns))))


def spec(found: list[Cohort], names: Names) -> Spec:
    """The drawing: darker the more; the first month, in which everybody bought, leaves the scale to the others."""
    longest = max(len(one.bought) for one in found)
    most = max((number / one.size for one in found for number in one.bought[1:]), default=1) or 1
    rows = [
        {"row": _row_name(one, names), "months": months, "part": round(number / one.size, 4),
         "said": percent(number / one.size, 1), "dark": min(number / one.size / most, 1), "people": count(number),
         "short": f"{round(100 * number / one.size)}"}
        for one in found for months, number in enumerate(one.bought)
    ]  # fmt: skip
    down = {"field": "row", "type": "nominal", "sort": [_row_name(one, names) for one in found], "axis": {
        "title": None, "ticks": False, "domain": False, "grid": False, "labelLimit": 160}}  # fmt: skip
    across = {"field": "months", "type": "ordinal", "axis": {
        "title": f"{DIMENSIONS[SINCE].label} →", "orient": "top", "ticks": False, "domain": False, "labelAngle": 0,
    }}  # fmt: skip
    tips = [
        {"field": "row", "title": str(DIMENSIONS[COHORT].label)},
        {"field": "months", "title": str(DIMENSIONS[SINCE].label)},
        {"field": "said", "title": _("Part that bought again")},
        {"field": "people", "title": _("Customers")},
    ]
    boxes = {
        "mark": {"type": "rect", "color": "var(--ink)"},
        "encoding": {
            "x": across, "y": down, "tooltip": tips,
            "opacity": {"field": "dark", "type": "quantitative", "legend": None,
                        "scale": {"domain": [0, 1], "range": [0.03, 0.85], "clamp": True}},
        },
    }  # fmt: skip
    layers: list[Spec] = [boxes]
    if longest <= WRITTEN:
        layers.append({
            "mark": {"type": "text", "tooltip": None, "fontSize": 12},
            "encoding": {
                "x": across, "y": down, "text": {"field": "short", "type": "nominal"},
                "color": {"condition": {"test": "datum.dark > 0.55", "value": "var(--surface)"},
                          "value": "var(--ink)"},
            },
        })  # fmt: skip
    return {
        "data": {"values": rows}, "layer": layers, "width": "container", "height": 24 * len(found) + 30,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip


def _row_name(one: Cohort, names: Names) -> str:
    return f"{names.short(COHORT, one.month)} · {count(one.size)}"
