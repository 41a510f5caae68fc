"""The pictures of Statistics: points with their intervals, tables of shares, lines with bands, curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dangol.web.shell.charts import Spec
from dangol.web.shell.short_numbers import short_numbers
from dangol.web.shell.titles import in_lines

ROW, LEAST, LABEL = 44, 80, 150  # pixels
LARGE = 10_000  # from which an axis says its numbers short
FRAME: Spec = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}

type Rows = Sequence[dict[str, Any]]


def intervals(rows: Rows, title: str, *, zero: bool, line: float = 0.0) -> Spec:
    """One line a row: name, value, low, high, told (the tip). zero: zero is in the picture; line: where nothing
    would stand, drawn where zero is in it or where it is another than zero.
    """
    rows = [{**row, "lines": "\n".join(in_lines(row["name"], 12, LABEL))} for row in rows]
    axis = {"title": None, "labelLimit": LABEL + 20, "labelExpr": "split(datum.label, '\\n')"}
    y = {"field": "lines", "type": "nominal", "sort": [row["lines"] for row in rows], "axis": axis}
    numbers = {"title": title, **_short(rows, "value", "low", "high")}
    x = {"type": "quantitative", "axis": numbers, "scale": {"zero": zero}}
    tips = [{"field": "name", "title": " "}, {"field": "told", "title": title}]
    at_zero: list[Spec] = [{"at": line}]
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 2, "color": "var(--ink-2)", "tooltip": None},
         "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "size": 80, "color": "var(--ink)"},
         "encoding": {"y": y, "x": {**x, "field": "value"}, "tooltip": tips}},
    ]  # fmt: skip
    if zero or line:
        layers.insert(0, {
            "data": {"values": at_zero}, "mark": {"type": "rule", "strokeDash": [4, 4], "tooltip": None},
            "encoding": {"x": {**x, "field": "at"}},
        })  # fmt: skip
    return {**FRAME, "height": max(LEAST, ROW * len(rows)), "data": {"values": list(rows)}, "layer": layers}


def cells(rows: Rows, first: str, second: str, title: str) -> Spec:
    """A table of shares: first, second, share (0–100), told. Darker is more."""
    x = {"field": "second", "type": "nominal", "axis": {"title": second, "labelLimit": 120, "labelAngle": 0}}
    y = {"field": "first", "type": "nominal", "axis": {"title": first, "labelLimit": 160}}
    # by opacity: the colour is the page's own, which nothing but the page can mix
    depth = {
        "field": "share", "type": "quantitative", "legend": None, "scale": {"range": [0, 0.5], "domain": [0, 100]},
    }  # fmt: skip
    tips = [{"field": "first", "title": first}, {"field": "second", "title": second}, {"field": "told", "title": title}]
    names = {row["first"] for row in rows}
    return {
        **FRAME, "height": max(LEAST, ROW * len(names)), "data": {"values": list(rows)},
        "layer": [
            {"mark": {"type": "rect", "fill": "var(--ink-3)"},
             "encoding": {"x": x, "y": y, "fillOpacity": depth, "tooltip": tips}},
            {"mark": {"type": "text", "color": "var(--ink)", "tooltip": None},
             "encoding": {"x": x, "y": y, "text": {"field": "share", "format": ".0f"}}},
        ],
    }  # fmt: skip


def steps(rows: Rows, across: str, up: str) -> Spec:
    """Means of tenths: at, value, low, high, told."""
    along, upwards = {"title": across, **_short(rows, "at")}, {"title": up, **_short(rows, "value", "low", "high")}
    x = {"field": "at", "type": "quantitative", "axis": along, "scale": {"zero": False}}
    y = {"type": "quantitative", "axis": upwards, "scale": {"zero": False}}
    return {
        **FRAME, "height": 300, "data": {"values": list(rows)},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "color": "var(--ink-2)", "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "size": 70, "color": "var(--ink)"},
             "encoding": {"x": x, "y": {**y, "field": "value"}, "tooltip": [{"field": "told", "title": up}]}},
        ],
    }  # fmt: skip


def forecast(rows: Rows, title: str) -> Spec:
    """A line by month (month, value, trend), and what may come (ahead, low, high); told is the tip."""
    # Numbers, not names: the engine knows those of months in English alone.
    axis = {"title": None, "format": "%Y-%m"}
    month = {"field": "month", "type": "temporal", "timeUnit": "utcyearmonth"}
    x = {**month, "axis": axis}
    upwards = {"title": title, **_short(rows, "value", "ahead", "low", "high")}
    y = {"type": "quantitative", "axis": upwards, "scale": {"zero": False}}
    tips = [{**month, "title": " ", "format": "%Y-%m"}, {"field": "told", "title": title}]
    return {
        **FRAME, "height": 300, "data": {"values": list(rows)},
        "layer": [
            {"transform": [{"filter": "isValid(datum.low)"}],
             "mark": {"type": "area", "color": "var(--ink-3)", "opacity": 0.2, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"transform": [{"filter": "isValid(datum.trend)"}],
             "mark": {"type": "line", "color": "var(--line-strong)", "strokeWidth": 4, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "trend"}}},
            {"transform": [{"filter": "isValid(datum.value)"}], "mark": {"type": "line", "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "value"}}},
            {"transform": [{"filter": "isValid(datum.ahead)"}],
             "mark": {"type": "line", "strokeDash": [5, 4], "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "ahead"}}},
            {"transform": [{"calculate": "isValid(datum.value) ? datum.value : datum.ahead", "as": "shown"}],
             "mark": {"type": "point", "size": 24, "color": "var(--ink)"},
             "encoding": {"x": x, "y": {**y, "field": "shown"}, "tooltip": tips}},
        ],
    }  # fmt: skip


def curves(rows: Rows, names: Sequence[str], across: str, label: str) -> Spec:
    """Steps that fall: group, month, part, low, high (0 to 100). Told apart by dashes as well as by shade."""
    x = {"field": "month", "type": "quantitative", "axis": {"title": across}}
    y = {"type": "quantitative", "axis": {"title": "%"}, "scale": {"domain": [0, 100], "nice": False}}
    shades = ["var(--ink)", "var(--ink-3)", "var(--ink-2)", "var(--line-strong)", "var(--ink)", "var(--ink-3)"]
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [3, 3], [10, 4]]
    some = {"domain": list(names), "range": shades[: len(names)]}
    how = {"field": "group", "type": "nominal", "title": label}
    colour = {**how, "scale": some}
    dash = {**how, "scale": {"domain": list(names), "range": dashes[: len(names)]}}
    tips = [{**how}, {"field": "month", "title": across}, {"field": "part", "title": "%", "format": ".1f"}]
    return {
        **FRAME, "height": 320, "data": {"values": list(rows)},
        "layer": [
            {"mark": {"type": "area", "interpolate": "step-after", "opacity": 0.08, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"},
                          "color": {**colour, "legend": None}}},
            {"mark": {"type": "line", "interpolate": "step-after", "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "part"}, "color": colour, "strokeDash": dash}},
            {"mark": {"type": "point", "size": 20, "opacity": 0},
             "encoding": {"x": x, "y": {**y, "field": "part"}, "tooltip": tips}},
        ],
    }  # fmt: skip


def _short(rows: Rows, *names: str) -> Spec:
    """How an axis says these numbers: large ones as their reader does, others as they are."""
    told = [abs(row[name]) for row in rows for name in names if isinstance(row.get(name), int | float)]
    return short_numbers() if max(told, default=0) >= LARGE else {}
