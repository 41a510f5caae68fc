"""The answer as a picture: a line over time, bars, or a field of two dimensions, darker the more."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.lib.languages import speaks
from dangol.web.insight.cube import told
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers, Place
from dangol.web.insight.cube.tables import in_units
from dangol.web.insight.cube.written import Names, number
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table

BARS, LINES, FIELDS = 25, 5, 40  # the most that a picture can be read with
COLOURS = ["var(--ink)", "var(--r1)", "var(--r2)", "var(--r3)", "var(--r0)"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]]


def possible(asked: Asked) -> list[str]:
    """The pictures that fit what is asked, the best first."""
    if not asked.by:
        return []
    over_time = _time(asked) is not None
    two = len(asked.by) > 1
    best = ["line"] if over_time else ["heat"] if two else []
    return list(dict.fromkeys([*best, "bar", *(["heat"] if two else [])]))


def chart(asked: Asked, found: Answer, names: Names) -> Chart | None:
    """The picture asked for, or the best; None where there is none, or none is wanted."""
    fits = possible(asked)
    if not fits or asked.picture == "none":
        return None
    kind = asked.picture if asked.picture in fits else fits[0]
    picture = {"line": _line, "bar": _bar, "heat": _heat}[kind](asked, Numbers(asked, found), names)
    if len(picture.points) < 2:
        return None
    metric = asked.metrics[0]
    return Chart(
        name="numbers",
        finding=told.title(Asked(asked.metrics[:1], picture.by, parts=asked.parts), names),
        unit=_unit(metric, picture.left_out),
        spec=picture.spec,
        alt=told.title(asked, names),
        provenance=told.provenance(asked, found),
        table=Table(
            [*(str(DIMENSIONS[name].label) for name in picture.by), str(METRICS[metric].label)],
            [[*(names.of(name, value) for name, value in zip(picture.by, at, strict=True)), number(metric, value)]
             for at, value in picture.points],
            frozenset({len(picture.by)}),
        ),
        downloads={
            kind: reverse("insight_cube_file", args=[kind]) + f"{asked.address()}&lang={speaks()}" for kind in KINDS
        },
    )  # fmt: skip


BARE = {"title": None, "ticks": False, "domain": False, "grid": False}


class Picture:
    """by: the dimensions it shows; points: their values and the number; left_out: how many it does not show."""

    def __init__(self, by: tuple[str, ...], points: list[tuple[Place, Any]], spec: Spec, left_out: int = 0) -> None:
        self.by, self.points, self.spec, self.left_out = by, points, spec, left_out


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
    kept = values[: asked.top or BARS][:BARS]
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
    down, across = numbers.values(first, whole), numbers.values(second, whole)
    by = (asked.by[first], asked.by[second])
    points: list[tuple[Place, Any]] = []
    for one in down[:FIELDS]:
        for other in across[:FIELDS]:
            at = list(whole)
            at[first], at[second] = one, other
            value = numbers.at(tuple(at), asked.metrics[0])
            if value is not None:
                points.append(((one, other), value))
    rows = [names.short(by[0], one) for one in down[:FIELDS]]
    columns = [names.short(by[1], one) for one in across[:FIELDS]]
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
    left_out = max(0, len(down) - FIELDS) + max(0, len(across) - FIELDS)
    height = min(640, 26 * max(3, len(rows)) + 30)
    return Picture(
        by,
        points,
        _spec({"type": "rect", "color": "var(--ink)"}, encoding, _data(asked, points, by, names), height),
        left_out,
    )


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
    axis: dict[str, Any] = {"title": None, "format": ".0%" if unit == "share" else "~s"}
    if unit == "money" and speaks() == "ko":
        axis = {"title": None, "labelExpr": WON}
    elif unit != "share":
        axis = {"title": None, "labelExpr": "replace(format(datum.value, '~s'), 'G', 'B')"}
    return {"field": "n", "type": "quantitative", "axis": axis}


WON = (
    "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',~r') + '억' : "
    "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + '만' : format(datum.value, ',')"
)


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
