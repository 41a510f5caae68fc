"""The answer as a picture: a line over time, bars, a field of two dimensions, darker the more; boxes of a treemap, the
triangle of cohorts, and how unevenly a figure is spread over customers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.lib.languages import speaks
from dangol.records.staff.scope import Scope
from dangol.web import clock
from dangol.web.insight.cube import answering, cohorts, lorenz, told, treemap
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers, Place
from dangol.web.insight.cube.questions import question_of
from dangol.web.insight.cube.tables import in_units
from dangol.web.insight.cube.written import Names, number
from dangol.web.relationship.core.pictures import curve_spec, curve_table
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.short_numbers import short_numbers

BARS, LINES, FIELDS = 25, 5, 40  # the most that a picture can be read with
COLOURS = ["var(--ink)", "var(--r1)", "var(--r2)", "var(--r3)", "var(--r0)"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]]


def possible(asked: Asked) -> list[str]:
    """The pictures that fit what is asked, the best first."""
    curve = ["lorenz"] if lorenz.measure_of(asked) else []
    if not asked.by:
        return curve
    best = ["cohort"] if cohorts.fits(asked) else []
    best += ["line"] if _time(asked) is not None else []
    tree = ["tree"] if treemap.fits(asked) else []
    if nested(asked):  # each value lies within one of the other: a field of both would be empty but for these
        return list(dict.fromkeys([*best, *tree, "bar", *curve]))
    two = ["heat"] if len(asked.by) > 1 else []
    return list(dict.fromkeys([*best, *([] if best else two), "bar", *two, *tree, *curve]))


def nested(asked: Asked) -> bool:
    """Whether the first two dimensions stand in one way down, as provinces and districts do."""
    ways = {DIMENSIONS[name].hierarchy for name in asked.by[:2]}
    return len(asked.by) > 1 and len(ways) == 1 and "" not in ways


def chosen(asked: Asked) -> str:
    """The picture that is shown: the one asked for, or the best; "none" where none fits or none is wanted."""
    fits = possible(asked)
    if asked.picture == "none" or asked.picture in fits:
        return asked.picture
    if not asked.by:  # one number needs no picture, but for those that are read off the curve
        return "lorenz" if asked.metrics[0] in lorenz.UNEVEN and fits else "none"
    return next(iter(fits), "none")


def chart(asked: Asked, found: Answer, names: Names, *, scope: Scope) -> Chart | None:
    """The picture asked for, or the best; None where there is none, or none is wanted.

    scope: of who asks: a curve over customers asks the warehouse anew.
    """
    kind = chosen(asked)
    if kind == "none":
        return None
    if kind == "cohort":
        return _cohorts(asked, found, names)
    if kind == "lorenz":
        return _lorenz(asked, found, names, scope)
    drawn = {"line": _line, "bar": _bar, "heat": _heat, "tree": _tree}[kind](asked, Numbers(asked, found), names)
    if len(drawn.points) < 2:
        return None
    metric = asked.metrics[0]
    table = Table(
        [*(str(DIMENSIONS[name].label) for name in drawn.by), str(METRICS[metric].label)],
        [[*(names.of(name, value) for name, value in zip(drawn.by, at, strict=True)), number(metric, value)]
         for at, value in drawn.points],
        frozenset({len(drawn.by)}),
    )  # fmt: skip
    finding = told.title(Asked(asked.metrics[:1], drawn.by, parts=asked.parts), names)
    return _framed(asked, found, names, finding, drawn.unit or _unit(metric, drawn.left_out), drawn.spec, table)


def _framed(
    asked: Asked, found: Answer, names: Names, finding: str, unit: str, spec: Spec, table: Table
) -> Chart:  # fmt: skip
    return Chart(
        name="numbers", finding=finding, unit=unit, spec=spec, alt=told.title(asked, names),
        provenance=told.provenance(asked, found), table=table,
        downloads={
            kind: reverse("insight_cube_file", args=[kind]) + f"{asked.address()}&lang={speaks()}" for kind in KINDS
        },
    )  # fmt: skip


def _cohorts(asked: Asked, found: Answer, names: Names) -> Chart | None:
    last = asked.span(clock.day()).last or clock.day()
    rows, left_out = cohorts.cohorts(asked, Numbers(asked, found), last)
    if not rows:
        return None
    finding, unit = cohorts.finding(rows, last), cohorts.unit(left_out, last)
    return _framed(asked, found, names, finding, unit, cohorts.spec(rows, names), cohorts.table(rows, names))


def _lorenz(asked: Asked, found: Answer, names: Names, scope: Scope) -> Chart | None:
    measure = lorenz.measure_of(asked)
    question = replace(question_of(asked, clock.day()), metrics=(measure,), by=(), totals=False, compare="")
    spread = answering.once(
        ("lorenz", question), lambda: lorenz.spread(question, scope=scope), scope=scope, patience=None
    )
    if spread is None:
        return None
    rows = [[100 * x, 100 * y] for x, y in spread.lorenz]
    across, label = _("Part of customers, from the least (%)"), str(METRICS[measure].label)
    return _framed(
        asked, found, names, lorenz.finding(spread), lorenz.unit(measure, spread),
        curve_spec(rows, across, label, equal=True), curve_table(rows, across, label),
    )  # fmt: skip


def _tree(asked: Asked, numbers: Numbers, names: Names) -> Picture:
    """Boxes as large as their part of the whole."""
    points, without = treemap.points(asked, numbers)
    spec = treemap.spec(asked, treemap.parts(points), names) if points else {}
    unit = _unit(asked.metrics[0], 0)
    if without:
        unit += " " + _("%(number)s at 0 or below have no area.") % {"number": without}
    return Picture(treemap.dimensions_of(asked), points, spec, unit=unit)


BARE = {"title": None, "ticks": False, "domain": False, "grid": False}


class Picture:
    """by: the dimensions it shows; points: their values and the number; left_out: how many it does not show; unit: what
    stands below its title, where that is more than the figure.
    """

    def __init__(
        self, by: tuple[str, ...], points: list[tuple[Place, Any]], spec: Spec, left_out: int = 0, unit: str = ""
    ) -> None:
        self.by, self.points, self.spec, self.left_out, self.unit = by, points, spec, left_out, unit


def _time(asked: Asked) -> int | None:
    """Where among the dimensions the finest time stands."""
    places = [at for at, name in enumerate(asked.by) if told.is_time(name)]
    return places[-1] if places else None


def _line(asked: Asked, numbers: Numbers, names: Names) -> Picture:
    """Over time, a line for each value of one other dimension."""
    whole: Place = (None,) * len(asked.by)
    time = _time(asked) or 0
    other = next((at for at in reversed(range(len(asked.by))) if at != time), None)
    days = sorted(value for value in numbers.values(time, whole) if value != "")
    lines = [None] if other is None else _greatest(asked, numbers, other)
    by: tuple[str, ...] = (asked.by[time],) if other is None else (asked.by[time], asked.by[other])
    points: list[tuple[Place, Any]] = []
    for line in lines[:LINES]:
        for day in days:
            at = list(whole)
            at[time] = day
            if other is not None:
                at[other] = line
            value = numbers.at(tuple(at), asked.metrics[0])
            if value is not None:
                points.append(((day,) if other is None else (day, line), value))
    encoding: dict[str, Any] = {
        "x": _ordered(names, by[0], days, many=len(days)),
        "y": _axis(asked.metrics[0]),
        "tooltip": [{"field": "x", "title": str(DIMENSIONS[by[0]].label)}, _tip(asked.metrics[0])],
    }
    if other is not None:
        said = [names.short(by[1], line) for line in lines[:LINES]]
        for channel, drawn in (("color", COLOURS), ("strokeDash", DASHES)):
            encoding[channel] = {
                "field": "of", "type": "nominal", "scale": {"domain": said, "range": drawn},
                "legend": {"title": None, "columns": 3, "symbolType": "stroke"},
            }  # fmt: skip
        encoding["tooltip"].insert(1, {"field": "of", "title": str(DIMENSIONS[by[1]].label)})
    mark: Spec = {"type": "line", "point": len(days) <= 40}
    if other is None:
        mark = {"type": "line", "color": "var(--ink)", "point": {"color": "var(--ink)"} if len(days) <= 40 else False}
    return Picture(by, points, _spec(mark, encoding, _data(asked, points, by, names), 300), max(0, len(lines) - LINES))


def _bar(asked: Asked, numbers: Numbers, names: Names) -> Picture:
    """One bar for each value of the first dimension."""
    whole: Place = (None,) * len(asked.by)
    values = numbers.values(0, whole)
    kept = numbers.shown(0, whole, min(asked.top or BARS, BARS))
    points: list[tuple[Place, Any]] = [((value,), numbers.at((value, *whole[1:]), asked.metrics[0])) for value in kept]
    by = asked.by[:1]
    said = [names.short(by[0], value) for value in kept]
    encoding = {
        "y": {"field": "x", "type": "nominal", "sort": said, "axis": {
            **BARE, "labelLimit": 180}},
        "x": {"field": "n", "type": "quantitative", "axis": {**_axis(asked.metrics[0])["axis"], "grid": True}},
        "tooltip": [{"field": "x", "title": str(DIMENSIONS[by[0]].label)}, _tip(asked.metrics[0])],
    }  # fmt: skip
    data = _data(asked, points, by, names)
    spec = _spec({"type": "bar", "height": {"band": 0.7}}, encoding, data, 24 * max(3, len(kept)) + 10)
    return Picture(by, points, spec, len(values) - len(kept))


def _heat(asked: Asked, numbers: Numbers, names: Names) -> Picture:
    """Two dimensions against each other, darker the more."""
    first, second = (len(asked.by) - 1, 0) if asked.across else (0, 1)
    if asked.across:
        first, second = second, first
    whole: Place = (None,) * len(asked.by)
    down, across = (numbers.shown(at, whole, FIELDS) for at in (first, second))
    by = (asked.by[first], asked.by[second])
    points: list[tuple[Place, Any]] = []
    for one in down:
        for other in across:
            at = list(whole)
            at[first], at[second] = one, other
            value = numbers.at(tuple(at), asked.metrics[0])
            if value is not None:
                points.append(((one, other), value))
    rows = [names.short(by[0], one) for one in down]
    columns = [names.short(by[1], one) for one in across]
    encoding = {
        "y": {"field": "x", "type": "nominal", "sort": rows, "axis": {**BARE, "labelLimit": 160}},
        "x": {"field": "of", "type": "nominal", "sort": columns, "axis": {
            **BARE, "labelLimit": 110, "labelAngle": -40 if len(columns) > 8 else 0}},
        "opacity": {"field": "n", "type": "quantitative", "scale": {"range": [0.03, 0.85]}, "legend": None},
        "tooltip": [
            {"field": "x", "title": str(DIMENSIONS[by[0]].label)},
            {"field": "of", "title": str(DIMENSIONS[by[1]].label)},
            _tip(asked.metrics[0]),
        ],
    }  # fmt: skip
    left_out = sum(max(0, len(numbers.values(at, whole)) - FIELDS) for at in (first, second))
    height = min(640, 26 * max(3, len(rows)) + 30)
    spec = _spec({"type": "rect", "color": "var(--ink)"}, encoding, _data(asked, points, by, names), height)
    return Picture(by, points, spec, left_out, unit=_shades(asked.metrics[0], points, left_out))


def _shades(metric: str, points: list[tuple[Place, Any]], left_out: int) -> str:
    """What stands below the title of a field: which numbers its faintest and its strongest shade are of."""
    values, told_unit = [value for _at, value in points], _unit(metric, left_out)
    if len(set(values)) < 2:
        return told_unit
    ends = {"unit": told_unit, "least": number(metric, min(values)), "most": number(metric, max(values))}
    return _("%(unit)s · faintest %(least)s, strongest %(most)s") % ends


def _greatest(asked: Asked, numbers: Numbers, dimension: int) -> list[str | None]:
    whole: Place = (None,) * len(asked.by)

    def size(value: str) -> float:
        at = (*whole[:dimension], value, *whole[dimension + 1 :])
        return -(numbers.at(at, asked.metrics[0]) or 0)

    return [*sorted(numbers.values(dimension, whole), key=size)]


def _data(asked: Asked, points: list[tuple[Place, Any]], by: tuple[str, ...], names: Names) -> list[dict[str, Any]]:
    metric = asked.metrics[0]
    told_values = []
    for at, value in points:
        row = {"x": names.short(by[0], at[0]), "n": in_units(metric, value), "said": number(metric, value)}
        told_values.append(row | ({"of": names.short(by[1], at[1])} if len(by) > 1 else {}))
    return told_values


def _ordered(names: Names, dimension: str, values: list[str], *, many: int) -> dict[str, Any]:
    said = [names.short(dimension, value) for value in values]
    shown = said[:: max(1, -(-many // 12))]
    return {
        "field": "x", "type": "ordinal", "sort": said,
        "axis": {"title": None, "values": shown, "labelAngle": 0},
    }  # fmt: skip


def _axis(metric: str) -> dict[str, Any]:
    unit = str(METRICS[metric].unit)
    axis = {"format": ".0%"} if unit == "share" else short_numbers()
    return {"field": "n", "type": "quantitative", "axis": {"title": None, **axis}}


def _tip(metric: str) -> dict[str, Any]:
    return {"field": "said", "title": str(METRICS[metric].label)}


def _unit(metric: str, left_out: int) -> str:
    told_unit = str(METRICS[metric].label)
    if left_out:
        return _("%(what)s. %(number)s more are in the table.") % {"what": told_unit, "number": left_out}
    return told_unit


def _spec(mark: Spec, encoding: Spec, rows: list[dict[str, Any]], height: int) -> Spec:
    return {
        "data": {"values": rows}, "mark": mark, "encoding": encoding, "width": "container", "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip
