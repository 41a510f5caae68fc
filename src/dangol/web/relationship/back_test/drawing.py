"""One drawing for all three pictures: what was said of groups of customers to the right, what came upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.relationship.back_test.ratios import Span
from dangol.web.shell.charts import Spec
from dangol.web.shell.figures import people
from dangol.web.shell.short_numbers import short_numbers

HEIGHT = 320


@dataclass(frozen=True)
class Dot:
    """A group of customers: what was said, what came with its 95 % interval, and whether the two are apart."""

    said: float
    came: Span
    customers: int
    off: bool


@dataclass(frozen=True)
class Axes:
    """What stands beside them; `most`: where both end, None for where the dots do; `large`: numbers are told short."""

    said: str
    came: str
    most: float | None
    large: bool = False


def drawn(dots: Sequence[Dot], axes: Axes) -> Spec:
    """The Vega-Lite spec. A group that came otherwise than was said is a filled diamond, the others hollow circles."""
    end = axes.most or max(max(one.said, one.came.high) for one in dots) * 1.05
    ends = [min(0.0, *(one.came.low for one in dots)), end]
    scale = {"domain": ends, "nice": False}
    x = _axis("said", axes.said + " →", axes.large, scale)
    y = _axis("came", "↑ " + axes.came, axes.large, scale)
    rows = [
        {"said": one.said, "came": one.came.value, "low": one.came.low, "high": one.came.high,
         "who": people(one.customers), "off": _("off") if one.off else _("as said")}
        for one in dots
    ]  # fmt: skip
    tips = [_tip("said", axes.said, axes.large), _tip("came", axes.came, axes.large),
            {"field": "who", "type": "nominal", "title": _("Customers")}]  # fmt: skip
    words = [_("as said"), _("off")]
    legend = {"title": None, "orient": "bottom-right", "offset": 12}
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"data": {"values": [{"said": at, "came": at} for at in ends]},
             "mark": {"type": "line", "color": "var(--line-strong)", "strokeDash": [4, 4], "strokeWidth": 1.25,
                      "tooltip": None},
             "encoding": {"x": x, "y": y}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "size": 80, "strokeWidth": 2, "filled": True, "stroke": "var(--ink)"},
             "encoding": {
                 "x": x, "y": y, "tooltip": tips,
                 "fill": {"field": "off", "type": "nominal", "legend": legend,
                          "scale": {"domain": words, "range": ["var(--surface)", "var(--ink)"]}},
                 "shape": {"field": "off", "type": "nominal", "legend": legend,
                           "scale": {"domain": words, "range": ["circle", "diamond"]}}}},
        ],
    }  # fmt: skip


def _axis(field: str, title: str, large: bool, scale: dict[str, Any]) -> dict[str, Any]:
    axis = {"title": title, **(short_numbers() if large else {})}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _tip(field: str, title: str, large: bool) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, **({"format": ",.0f"} if large else {})}
