"""The two pictures of the page: the flow of regions over the months, and the distance from the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.relationship.models import Snapshot
from dangol.insight.relationship.movement.months import apart, between
from dangol.insight.relationship.movement.queries import History, steps
from dangol.lib.languages import speaks
from dangol.web.relationship.movement import flow
from dangol.web.relationship.movement.words import LITTLE, month_name
from dangol.web.shell import words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, decimals, people, percent
from dangol.web.shell.said import span
from dangol.web.shell.templatetags.shell import region_short

PLACED = ("I", "III", "II")


def flows(there: History) -> Chart | None:
    """The regions month by month and who went from one to the other."""
    months = there.latest
    if not months:
        return None
    columns = [_("Month"), *(region_short(one) for one in words.REGIONS), _("How it came about")]
    return Chart(
        name="flow",
        finding=_flow_finding(months),
        unit=_("Customers by region at the end of each month; ribbons: those who went from one region to another"),
        spec=flow.spec(months, steps(months)),
        alt=_("Bars of regions by month with ribbons between them. “Show as table” holds the numbers."),
        provenance=_provenance(there),
        table=Table(columns, [_flow_row(month, there) for month in _all(months)], frozenset(range(1, 5))),
        downloads=_downloads("flow"),
    )  # fmt: skip


def distances(there: History) -> Chart | None:
    """The mean distance from the line month by month."""
    months = [one for one in there.latest if one.summary["distance"]]
    if len(months) < 2:
        return None
    columns = [_("Month"), _("Mean distance (points)"), _("95% interval"), _("Customers on the map"), _("In balance")]
    return Chart(
        name="distance",
        finding=_distance_finding(months),
        unit=_("Mean distance of customers on the map from the fair-value line, in points; lines: 95% intervals"),
        spec=_line(months),
        alt=_("The mean distance from the line by month, with intervals."),
        provenance=_provenance(there),
        table=Table(columns, [_distance_row(one) for one in months], frozenset({1, 2, 3, 4})),
        downloads=_downloads("distance"),
    )


PICTURES: dict[str, Callable[[History], Chart | None]] = {"flow": flows, "distance": distances}


def _flow_finding(months: Sequence[Snapshot]) -> str:
    told = [_share_in_balance(one) for one in (months[0], months[-1])]
    if None in told:
        return _("What customers get from you is not known yet")
    if len(months) == 1:
        return _("%(share)s of those on the map are in balance") % {"share": percent(told[0])}
    return _("In balance: %(was)s in %(earlier)s, %(now)s in %(later)s") % {
        "was": percent(told[0]), "now": percent(told[1]), "earlier": month_name(months[0].month),
        "later": month_name(months[-1].month),
    }  # fmt: skip


def _distance_finding(months: Sequence[Snapshot]) -> str:
    first, last = months[0], months[-1]
    was, now = first.summary["distance"], last.summary["distance"]
    names = {
        "was": decimals(was["value"], 1), "now": decimals(now["value"], 1), "earlier": month_name(first.month),
        "later": month_name(last.month),
    }  # fmt: skip
    if abs(now["value"] - was["value"]) < LITTLE:
        return _("The distance from the line is about the same in %(later)s as in %(earlier)s") % names
    if now["low"] <= was["high"] and was["low"] <= now["high"]:
        # Both means are largely of the same people: whether they moved is told of each of them, in the headline.
        return _("Mean distance from the line: %(was)s points in %(earlier)s, %(now)s in %(later)s") % names
    if now["value"] < was["value"]:
        return _("The mean distance from the line fell from %(was)s to %(now)s points") % names
    return _("The mean distance from the line rose from %(was)s to %(now)s points") % names


def _line(months: Sequence[Snapshot]) -> Spec:
    first = months[0].month
    named = [f"{one:%Y-%m}" for one in between(first, months[-1].month)]
    rows = [
        {"x": apart(first, one.month),
         **{name: round(one.summary["distance"][name], 2) for name in ("value", "low", "high")},
         "told": month_name(one.month), "who": people(one.summary["distance"]["customers"])}
        for one in months
    ]  # fmt: skip
    x = {
        "field": "x", "type": "quantitative", "scale": {"domain": [-0.2, len(named) - 0.8], "nice": False},
        "axis": {"title": None, "values": list(range(len(named))), "labelExpr": f"{named}[datum.value]", "grid": False},
    }  # fmt: skip
    y = {"type": "quantitative", "scale": {"zero": True}, "axis": {"title": "↑ " + _("Points from the line")}}
    tips = [
        {"field": "told", "type": "nominal", "title": _("Month")},
        {"field": "value", "type": "quantitative", "title": _("Mean distance (points)"), "format": ".1f"},
        {"field": "who", "type": "nominal", "title": _("Customers on the map")},
    ]
    return {
        "width": "container", "height": 240, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "color": "var(--ink)", "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "value"}}},
            {"mark": {"type": "point", "size": 60, "color": "var(--ink)"},
             "encoding": {"x": x, "y": {**y, "field": "value"}, "tooltip": tips}},
        ],
    }  # fmt: skip


def _flow_row(month: date, there: History) -> list[Any]:
    one = there.of(month)
    if one is None:
        return [month_name(month), *["–"] * len(words.REGIONS), _("missing")]
    numbers = [count(one.summary["regions"][region]) for region in words.REGIONS]
    return [month_name(month), *numbers, _("worked out afterwards") if one.worked_out else _("taken at the time")]


def _distance_row(one: Snapshot) -> list[Any]:
    distance = one.summary["distance"]
    return [
        month_name(one.month), decimals(distance["value"], 1),
        span(decimals(distance['low'], 1), decimals(distance['high'], 1)), count(distance["customers"]),
        percent(_share_in_balance(one)),
    ]  # fmt: skip


def _share_in_balance(one: Snapshot) -> float | None:
    placed = sum(one.summary["regions"][region] for region in PLACED)
    return one.summary["regions"]["III"] / placed if placed else None


def _all(months: Sequence[Snapshot]) -> list[date]:
    return list(between(months[0].month, months[-1].month))


def _provenance(there: History) -> list[str]:
    months = there.latest
    told = [_("Until %(month)s") % {"month": month_name(months[-1].month)}]
    if worked := sum(one.worked_out for one in months):
        told.append(_("%(n)s of %(all)s months worked out afterwards") % {"n": worked, "all": len(months)})
    return told


def _downloads(chart: str) -> dict[str, str]:
    return {kind: reverse("movement_file", args=[chart, kind]) + f"?lang={speaks()}" for kind in KINDS}
