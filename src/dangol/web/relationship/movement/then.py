"""The map as it was at the end of a month, with arrows of how those of each square and group have moved till then.

Everything was counted when the months were taken: nothing is read of single customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, degrees, hypot
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.moves import SIDE
from dangol.lib.languages import speaks
from dangol.web.relationship import chart, findings
from dangol.web.relationship.movement.asked import Asked
from dangol.web.relationship.movement.words import headline, month_name, points
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.templatetags.shell import count, line_name, people

LEAST = 0.5  # points: a shorter way has no direction to see
TURN = {"field": "turn", "type": "quantitative", "scale": None, "legend": None}

type Row = dict[str, Any]


def drawn(asked: Asked, *, side: int | None = None) -> Chart | None:
    """The map of the later month; arrows from where the same people stood in the earlier."""
    now = asked.later
    if now is None:
        return None
    placed = sum(number for region, number in now.summary["regions"].items() if region != "unknown")
    columns = [_("Who"), _("Customers"), _("Value to the company: from → to"), _("Value to the customer: from → to")]
    finding = headline(asked.found) if asked.found else findings.finding(now.summary["groups"], now.summary["regions"])
    return Chart(
        name="then",
        finding=f"{month_name(now.month)}: {finding}",
        unit=_unit(asked, placed),
        spec=spec(now, asked.found, side=side),
        alt=_("Map of a month, arrows show how customers moved. “Show as table” holds the numbers."),
        provenance=[_("Band ±%(points)s points") % {"points": f"{now.parameters['tolerance']:g}"},
                    _("worked out afterwards") if now.worked_out else _("taken at the time")],
        table=Table(columns, list(_rows(asked.found)), frozenset({1, 2, 3})) if asked.found else None,
        downloads={
            kind: reverse("map_then_file", args=[kind]) + f"?{asked.address}&lang={speaks()}" for kind in KINDS
        } if asked.found else {},
    )  # fmt: skip


def spec(now: Snapshot, found: Movement | None, *, side: int | None = None) -> Spec:
    """The map's own drawing, squares alone, with arrows above."""
    told = now.summary
    picture = chart.Picture(
        float(now.parameters["tolerance"]), bins=told["bins"][""], rug=told["rug"], groups=told["groups"],
        regions=told["regions"],
    )  # fmt: skip
    drawing = chart.map_spec(picture, side=side)
    if found is None:
        return drawing
    axes = {name: drawing["layer"][0]["encoding"][name] for name in ("x", "y")}
    return {**drawing, "layer": [*drawing["layer"], *_arrows(list(_ways(found)), axes)]}


def _ways(found: Movement) -> Iterator[Row]:
    for _x, _y, number, *way in found.summary["squares"]:
        yield from _way(way, people(int(number)), 1.25)
    for line, group in found.summary["groups"].items():
        yield from _way(group["way"], f"{line_name(line)} · {people(group['customers'])}", 3.0)


def _way(way: list[float], who: str, width: float) -> Iterator[Row]:
    x, y, x2, y2 = way
    if hypot(x2 - x, y2 - y) >= LEAST:
        yield {"x": x, "y": y, "x2": x2, "y2": y2, "who": who, "width": width, "size": 24 + 26 * width,
               "turn": round(degrees(atan2(x2 - x, y2 - y)), 1)}  # fmt: skip


def _arrows(rows: list[Row], axes: dict[str, Any]) -> list[Spec]:
    """A halo of the surface, the shaft, and the head turned the way it went."""
    tip = [{"field": "who", "type": "nominal", "title": _("Customers")}]
    x, y = axes["x"], axes["y"]
    shaft = {"x": {**x, "field": "x"}, "x2": {"field": "x2"}, "y": {**y, "field": "y"}, "y2": {"field": "y2"}}
    head = {"x": {**x, "field": "x2"}, "y": {**y, "field": "y2"}, "angle": TURN, "tooltip": tip}
    size = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    width = {"field": "width", "type": "quantitative", "scale": None, "legend": None}
    data = {"data": {"values": rows}}
    return [
        {**data, "mark": {"type": "rule", "color": "var(--surface)", "strokeWidth": 5, "tooltip": None},
         "encoding": shaft},
        {**data, "mark": {"type": "rule", "color": "var(--ink)"},
         "encoding": {**shaft, "strokeWidth": width, "tooltip": tip}},
        {**data, "mark": {"type": "point", "shape": "triangle-up", "filled": True, "color": "var(--ink)",
                          "stroke": "var(--surface)", "strokeWidth": 1},
         "encoding": {**head, "size": size}},
    ]  # fmt: skip


def _rows(found: Movement) -> Iterator[list[Any]]:
    for line, group in found.summary["groups"].items():
        yield [str(line_name(line)), count(group["customers"]), *_from_to(group["way"])]
    for x, y, number, *way in found.summary["squares"]:
        where = _("Square %(x)s–%(x2)s · %(y)s–%(y2)s") % {"x": x, "x2": x + SIDE, "y": y, "y2": y + SIDE}
        yield [where, count(number), *_from_to(way)]


def _from_to(way: list[float]) -> list[str]:
    x, y, x2, y2 = way
    return [f"{x:.1f} → {x2:.1f} ({points(x2 - x)})", f"{y:.1f} → {y2:.1f} ({points(y2 - y)})"]


def _unit(asked: Asked, placed: int) -> str:
    if asked.found is None:
        return _("Customers on the map: %(people)s") % {"people": people(placed)}
    return _(
        "Customers on the map: %(people)s. Thin arrows: the mean way since %(month)s of the people of a square, where "
        "there are enough; thick ones: of a line of business."
    ) % {"people": people(placed), "month": month_name(asked.found.earlier.month)}
