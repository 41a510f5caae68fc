"""The map as it was at the end of a month, with arrows of how those of each square and group have moved till then.

Everything was counted when the months were taken: nothing is read of single customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, degrees, hypot
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.moves import SIDE
from dangol.lib.languages import speaks
from dangol.web.relationship import chart, findings, pictures
from dangol.web.relationship.movement.asked import Asked
from dangol.web.relationship.movement.words import headline, month_name, points
from dangol.web.shell import words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, decimals, people
from dangol.web.shell.figures import points as shown
from dangol.web.shell.said import Parts
from dangol.web.shell.templatetags.shell import line_name, region_short

PLACED = ("I", "II", "III")
LEAST = 0.5  # points: a shorter way has no direction to see
TURN = {"field": "turn", "type": "quantitative", "scale": None, "legend": None}

type Row = dict[str, Any]


def drawn(asked: Asked, *, line: str = "", side: int | None = None) -> Chart | None:
    """The map of the later month, of everybody or of one line of business; arrows from where the same people stood."""
    now, found = asked.later, asked.found
    if now is None:
        return None
    counts, groups = regions(now, line), _groups(now, line)
    placed = sum(number for region, number in counts.items() if region != "unknown")
    said = headline(found) if found and not line else findings.finding(groups, counts)
    query = f"?{asked.shown}&lang={speaks()}" + (f"&{urlencode({'line': line})}" if line else "")
    return Chart(
        name="then",
        finding=f"{month_name(now.month)}: {said}",
        unit=_unit(found, placed, line),
        spec=spec(now, found, line=line, side=side),
        alt=_("Map of a month, arrows show how customers moved. “Show as table” holds the numbers."),
        provenance=[_("Band ±%(points)s points") % {"points": f"{now.parameters['tolerance']:g}"},
                    _("worked out afterwards") if now.worked_out else _("taken at the time")],
        table=_moved(found, line) if found else _standing(counts, groups),
        downloads={kind: reverse("map_then_file", args=[kind]) + query for kind in KINDS},
    )  # fmt: skip


def numbers(asked: Asked, *, line: str = "") -> Table:
    """All that is drawn of the later month: regions, groups, squares, the row below the map, and every arrow with
    where it begins.
    """
    now, found = asked.later, asked.found
    assert now is not None
    table = _standing(regions(now, line), _groups(now, line))
    kinds = [_("Region")] * len(words.REGIONS) + [_("Line of business")] * (len(table.rows) - len(words.REGIONS))
    rows = [[kind, *row, "", ""] for kind, row in zip(kinds, table.rows, strict=True)]
    drawn = [*pictures.squares(now.summary["bins"].get(line, [])), *pictures.below([] if line else now.summary["rug"])]
    rows += [[*row, "", ""] for row in drawn]
    rows += [[_("Arrow"), who, number, y2, x2, y, x] for who, number, (x, y, x2, y2) in _arrows_told(found, line)]
    columns = [_("What is drawn"), _("Who"), _("Customers"), _("Value to the customer"), _("Value to the company")]
    return Table([*columns, _("Value to the customer before"), _("Value to the company before")], rows)


def regions(now: Snapshot, line: str) -> dict[str, int]:
    """Customers of a month in each region; of a line as its squares have them, who is not placed is unknown."""
    if not line:
        return dict(now.summary["regions"])
    counts: dict[str, int] = dict.fromkeys(words.REGIONS, 0)
    for _x, _y, *numbers in now.summary["bins"].get(line, []):
        for region, number in zip(PLACED, numbers, strict=True):
            counts[region] += number
    group = now.summary["groups"].get(line)
    return counts | {"unknown": group["customers"] - sum(counts.values()) if group else 0}


def spec(now: Snapshot, found: Movement | None, *, line: str = "", side: int | None = None) -> Spec:
    """The map's own drawing, squares alone, with arrows above, and names above these. Nobody is picked on it."""
    told = now.summary
    picture = chart.Picture(
        float(now.parameters["tolerance"]), bins=told["bins"].get(line, []), rug=[] if line else told["rug"],
        groups=_groups(now, line), regions=regions(now, line),
    )  # fmt: skip
    drawing = chart.map_spec(picture, side=side, picks=False)
    if found is None:
        return drawing
    axes = {name: drawing["layer"][0]["encoding"][name] for name in ("x", "y")}
    names = [layer for layer in drawing["layer"] if layer["mark"]["type"] == "text"]
    below = [layer for layer in drawing["layer"] if layer not in names]
    return {**drawing, "layer": [*below, *_arrows(list(_ways(found, line)), axes), *names]}


def _groups(now: Snapshot, line: str) -> dict[str, Any]:
    return {name: group for name, group in now.summary["groups"].items() if not line or name == line}


def _ways(found: Movement, line: str) -> Iterator[Row]:
    for _x, _y, number, *way in [] if line else found.summary["squares"]:  # counted over everybody
        yield from _way(way, people(int(number)), 1.25)
    for name, group in found.summary["groups"].items():
        if not line or name == line:
            yield from _way(group["way"], f"{line_name(name)} · {people(group['customers'])}", 3.0)


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


def _moved(found: Movement, line: str) -> Table:
    """The arrows in numbers."""
    columns = [_("Who"), _("Customers"), _("Value to the company"), _("Value to the customer")]
    rows = [[who, count(number), *_from_to(way)] for who, number, way in _arrows_told(found, line)]
    return Table(columns, rows, frozenset({1, 2, 3}))


def _arrows_told(found: Movement | None, line: str) -> Iterator[tuple[str, int, list[float]]]:
    """Whose way was counted, of how many, from where to where: lines of business, and squares of the whole map."""
    if found is None:
        return
    for name, group in found.summary["groups"].items():
        if not line or name == line:
            yield str(line_name(name)), group["customers"], group["way"]
    for x, y, number, *way in [] if line else found.summary["squares"]:
        where = _("Square %(x)s–%(x2)s · %(y)s–%(y2)s") % {"x": x, "x2": x + SIDE, "y": y, "y2": y + SIDE}
        yield where, number, way


def _standing(counts: dict[str, int], groups: dict[str, Any]) -> Table:
    """Regions and groups: how many, and where the groups stand on average."""
    columns = [_("Who"), _("Customers"), _("Value to the customer, mean"), _("Value to the company, mean")]
    rows: list[list[Any]] = [[region_short(region), count(counts.get(region, 0)), "", ""] for region in words.REGIONS]
    for name, group in groups.items():
        means = [shown(group["customer_value"]), shown(group["customer_equity"])]
        rows.append([str(line_name(name)), count(group["valued"]), *means])
    return Table(columns, rows, frozenset({1, 2, 3}))


def _from_to(way: list[float]) -> list[str]:
    x, y, x2, y2 = way
    return [_way_of(x, x2), _way_of(y, y2)]


def _way_of(was: float, now: float) -> Parts:
    told = decimals(was, 1), decimals(now, 1)
    names = pgettext("month", "From"), pgettext("month", "To")
    return Parts(f"{told[0]} → {told[1]} ({points(now - was)})", list(zip(names, told, strict=True)))


def _unit(found: Movement | None, placed: int, line: str) -> str:
    who = f"{line_name(line)}, {people(placed)}" if line else people(placed)
    if found is None:
        return _("Customers on the map: %(people)s") % {"people": who}
    return _(
        "Customers on the map: %(people)s. Thin arrows: the mean way since %(month)s of the people of a square, where "
        "there are enough; thick ones: of a line of business."
    ) % {"people": who, "month": month_name(found.earlier.month)}
