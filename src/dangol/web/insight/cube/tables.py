"""The whole answer as rows for a spreadsheet: a column for each dimension and each number, subtotals said as such."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Unit
from dangol.lib import money
from dangol.web import clock
from dangol.web.insight.cube.adding import added_up
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers, Place
from dangol.web.insight.cube.written import Names

type Rows = list[list[Any]]

SHARES, CHANGES = "0.0%", "+0.0%;-0.0%;0.0%"


def whole(asked: Asked, found: Answer, names: Names) -> tuple[list[str], Rows]:
    """Columns and rows: subtotals stand above what they are of; numbers are numbers, money in whole units."""
    numbers = Numbers(asked, found)
    extra = {name: _compared(asked, name) for name in asked.metrics}
    columns = [str(DIMENSIONS[name].label) for name in asked.by]
    for name in asked.metrics:
        columns += [str(METRICS[name].label), *extra[name].values()]
    rows = []
    for place in numbers.places():
        named = [
            _("Total") if value is None else names.of(name, value) for name, value in zip(asked.by, place, strict=True)
        ]
        rows.append([*named, *_numbers(asked, numbers, place, extra)])
    return columns, rows


def formats(asked: Asked) -> list[str]:
    """How a spreadsheet shows the numbers of each column: money with its places, shares and changes in per cent."""
    made = ["" for _name in asked.by]
    for name in asked.metrics:
        own = _format(METRICS[name].unit)
        made += [
            own,
            *(own if end == "before" else SHARES if end == "share" else CHANGES for end in _compared(asked, name)),
        ]
    return made


def _format(unit: Unit) -> str:
    places = money.exponent(clock.home().currency)
    return {
        Unit.MONEY: f"#,##0.{'0' * places}" if places else "#,##0", Unit.COUNT: "#,##0", Unit.SHARE: SHARES,
    }.get(unit, "#,##0.00")  # fmt: skip


def _compared(asked: Asked, metric: str) -> dict[str, str]:
    """The columns beside a metric's own, by the end of their names."""
    if asked.compare == "share":
        return {"share": _("Share of the whole")} if added_up(metric, asked.by) else {}
    return {"before": _("The period before"), "change": _("Change since then")} if asked.compare == "before" else {}


def _numbers(asked: Asked, numbers: Numbers, place: Place, extra: dict[str, dict[str, str]]) -> list[Any]:
    found: list[Any] = []
    for name in asked.metrics:
        found.append(in_units(name, numbers.at(place, name)))
        for end in extra[name]:
            value = numbers.share(place, name) if end == "share" else numbers.at(place, f"{name}_{end}")
            found.append(in_units(name, value) if end == "before" else value)
    return found


def in_units(metric: str, value: float | None) -> float | None:
    """A number as a spreadsheet takes it: money in major units."""
    if value is None or str(METRICS[metric].unit) != "money":
        return value
    return money.as_number(round(value), clock.home().currency)
