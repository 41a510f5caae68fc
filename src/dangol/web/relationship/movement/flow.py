"""The flow of regions over the months, as areas worked out here: a bar a month, ribbons from each to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.relationship.fair_line import REGIONS
from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.months import apart, between
from dangol.web.relationship.movement.words import month_name
from dangol.web.shell.charts import Spec
from dangol.web.shell.figures import people
from dangol.web.shell.short_numbers import short_numbers
from dangol.web.shell.templatetags.shell import region_short

HEIGHT = 340
UPWARDS = ("unknown", "II", "III", "I")  # from the floor: below the line low, above it high
STEPS = 12  # pieces of a ribbon's curve
HALF = 0.07  # of a bar's width, in months
STAYS, MOVES = 0.22, 0.6  # opacity of ribbons
COLOURS = {"I": "var(--r1)", "III": "var(--r3)", "II": "var(--r2)", "unknown": "var(--r0)"}

type Row = dict[str, Any]
type Edges = dict[tuple[str, str], tuple[float, float]]


def spec(months: Sequence[Snapshot], steps: Sequence[Movement]) -> Spec:
    """The Vega-Lite spec; months without a snapshot leave a gap."""
    first, last = months[0].month, months[-1].month
    named = [f"{one:%Y-%m}" for one in between(first, last)]
    x = {
        "field": "x", "type": "quantitative",
        "scale": {"domain": [-HALF, max(apart(first, last), 1) + HALF], "nice": False},
        "axis": {"title": None, "values": list(range(len(named))), "labelExpr": f"{named}[datum.value]", "grid": False},
    }  # fmt: skip
    y = {"type": "quantitative", "axis": {"title": "↑ " + _("Customers"), "tickMinStep": 1, **short_numbers()}}
    color = {
        "field": "region", "type": "nominal", "title": None,
        "scale": {"domain": [region_short(one) for one in COLOURS], "range": list(COLOURS.values())},
        "legend": {"symbolType": "square", "orient": "bottom", "columns": {"expr": "width < 420 ? 2 : 4"}},
    }  # fmt: skip
    tip = [{"field": "told", "type": "nominal", "title": None}]
    opacity = {
        "field": "strength",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0, 1]},
        "legend": None,
    }
    ribbons = [row for one in steps for row in _ribbons(one, apart(first, one.earlier.month))]
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [
            {"data": {"values": ribbons}, "mark": {"type": "area", "line": False},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "detail": {"field": "ribbon"},
                          "color": color, "fillOpacity": opacity, "tooltip": tip}},
            {"data": {"values": [row for one in months for row in _bars(one, apart(first, one.month))]},
             "mark": {"type": "rect"},
             "encoding": {"x": x, "x2": {"field": "x2"}, "y": {**y, "field": "low"}, "y2": {"field": "high"},
                          "color": color, "tooltip": tip}},
        ],
    }  # fmt: skip


def _bars(one: Snapshot, at: int) -> Iterator[Row]:
    floor = 0
    for region in UPWARDS:
        number = one.summary["regions"][region]
        if number:
            told = f"{month_name(one.month)} · {region_short(region)} · {people(number)}"
            yield {"x": at - HALF, "x2": at + HALF, "low": floor, "high": floor + number,
                   "region": region_short(region), "told": told}  # fmt: skip
        floor += number


def _ribbons(one: Movement, at: int) -> Iterator[Row]:
    """Each flow as an area between two curves; who is new or gone leaves room in the bars alone."""
    flows = {
        (was, became): one.summary["matrix"][REGIONS.index(was)][REGIONS.index(became)]
        for was in UPWARDS for became in UPWARDS
    }  # fmt: skip
    left = _edges(flows, one.earlier.summary["regions"], by=0)
    right = _edges(flows, one.later.summary["regions"], by=1)
    for (was, became), number in flows.items():
        if not number:
            continue
        told = f"{region_short(was)} → {region_short(became)} · {people(number)}"
        (a, b), (c, d) = left[was, became], right[was, became]
        for step in range(STEPS + 1):
            share = step / STEPS
            bend = share * share * (3 - 2 * share)
            yield {
                "x": round(at + HALF + (1 - 2 * HALF) * share, 4), "low": round(a + (c - a) * bend, 2),
                "high": round(b + (d - b) * bend, 2), "ribbon": f"{at}:{was}:{became}", "region": region_short(was),
                "strength": STAYS if was == became else MOVES, "told": told,
            }  # fmt: skip


def _edges(flows: dict[tuple[str, str], int], regions: dict[str, int], *, by: int) -> Edges:
    """Where each flow leaves (by 0) or enters (by 1) the bar of its region, from the floor upwards."""
    edges: Edges = {}
    floor = 0
    for region in UPWARDS:
        at = float(floor)
        for other in UPWARDS:
            pair = (region, other) if by == 0 else (other, region)
            edges[pair] = (at, at + flows[pair])
            at += flows[pair]
        floor += regions[region]
    return edges
