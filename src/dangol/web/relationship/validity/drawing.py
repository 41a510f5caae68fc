"""The three drawings: dots with intervals, a matrix of shares, bars."""

from __future__ import annotations

from collections.abc import Sequence

from dangol.insight.relationship.back_test.ratios import Span
from dangol.web.shell import words
from dangol.web.shell.charts import Spec
from dangol.web.shell.figures import count, percent

ROW = 30  # pixels
WIDE = 230  # of a label, after which it is cut
PALEST, STRONGEST = 0.08, 0.85  # of a square


def forest(rows: Sequence[tuple[str, Span, bool]], title: str) -> Spec:
    """Name, ratio with interval, and whether it is the one that answers; on a scale where twice is as far as half."""
    names = [name for name, _ratio, _main in rows]
    told = [
        {"name": name, "ratio": ratio.value, "low": ratio.low, "high": ratio.high, "main": main}
        for name, ratio, main in rows
    ]
    y = {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": WIDE}}
    low, high = min(0.5, *(one.low for _n, one, _m in rows)), max(2.0, *(one.high for _n, one, _m in rows))
    x = {
        "field": "ratio", "type": "quantitative", "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"title": title + " →", "format": "~g", "values": [0.25, 0.5, 0.7, 1, 1.4, 2, 4], "grid": True},
    }  # fmt: skip
    return {
        "width": "container", "height": {"step": ROW}, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": told},
        "layer": [
            {"data": {"values": [{"ratio": 1}]},
             "mark": {"type": "rule", "color": "var(--line-strong)", "strokeDash": [4, 4], "tooltip": None},
             "encoding": {"x": x}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "size": 80, "strokeWidth": 2, "filled": True, "stroke": "var(--ink)"},
             "encoding": {
                 "y": y, "x": x,
                 "fill": {"condition": {"test": "datum.main", "value": "var(--ink)"}, "value": "var(--surface)"},
                 "tooltip": [{"field": "name", "type": "nominal", "title": title},
                             *({"field": field, "type": "quantitative", "title": label, "format": ".2f"}
                               for field, label in (("ratio", title), ("low", "2.5%"), ("high", "97.5%")))]}},
        ],
    }  # fmt: skip


def matrix(cells: Sequence[tuple[str, str, float, int]], was: str, now: str) -> Spec:
    """Region, region a month later, share of the row, customers."""
    told = [
        {"was": _named(one), "now": _named(other), "share": share, "text": percent(share, 1), "n": count(n),
         "strength": round(PALEST + (STRONGEST - PALEST) * share, 3), "strong": share > 0.5}
        for one, other, share, n in cells
    ]  # fmt: skip
    order = list(dict.fromkeys(row["was"] for row in told))
    x = {"field": "now", "type": "nominal", "sort": order, "title": now + " →",
         "axis": {"labelAngle": 0, "labelLimit": WIDE, "orient": "top"}}  # fmt: skip
    y = {"field": "was", "type": "nominal", "sort": order, "title": None, "axis": {"labelLimit": WIDE}}
    tips = [{"field": field, "type": "nominal", "title": title}
            for field, title in (("was", was), ("now", now), ("text", "%"), ("n", "n"))]  # fmt: skip
    return {
        "width": "container", "height": {"step": 64}, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": told},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "rect", "color": "var(--ink-2)", "stroke": "var(--surface)", "strokeWidth": 2},
             "encoding": {"fillOpacity": {"field": "strength", "type": "quantitative", "legend": None,
                                          "scale": {"domain": [0, 1], "range": [0, 1]}},
                          "tooltip": tips}},
            {"mark": {"type": "text", "fontSize": 13, "fontWeight": 600, "tooltip": None},
             "encoding": {"text": {"field": "text", "type": "nominal"},
                          "color": {"condition": {"test": "datum.strong", "value": "var(--surface)"},
                                    "value": "var(--ink)"}}},
        ],
    }  # fmt: skip


def bars(rows: Sequence[tuple[str, float]], title: str) -> Spec:
    """Name and share."""
    names = [name for name, _share in rows]
    told = [{"name": name, "share": round(100 * share, 2), "text": percent(share, 1)} for name, share in rows]
    y = {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": WIDE}}
    most = max(10.0, *(100 * share for _name, share in rows)) * 1.15
    x = {"field": "share", "type": "quantitative", "scale": {"domain": [0, most], "nice": False},
         "axis": {"title": title + " →"}}  # fmt: skip
    return {
        "width": "container", "height": {"step": ROW}, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": told},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "height": 16}},
            {"mark": {"type": "text", "align": "left", "dx": 5, "tooltip": None},
             "encoding": {"text": {"field": "text", "type": "nominal"}}},
        ],
    }  # fmt: skip


def _named(region: str) -> str:
    return f"{words.NUMERALS[region]} {words.BADGES[region]}"
