"""The picture of the map: customer equity to the right, customer value upwards, both 0–100.

Written with Altair, drawn by the browser and, for files, by vl-convert. Colours are tokens of the page.
"""

from dataclasses import dataclass, field
from functools import cache
from math import cos, pi, radians, sin, sqrt
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.languages import speaks
from dangol.web.shell import words
from dangol.web.shell.figures import count, people

type Row = dict[str, Any]
type Spec = dict[str, Any]

BRUSH = "brush"
BIN = 5  # points
FADED = 0.32  # of what lies outside the chosen part
FAINTEST = 0.22  # of a bin with one customer
ELLIPSE_STEPS = 60
FILE_SIDE = 640  # pixels


@dataclass(frozen=True)
class Picture:
    """What the map shows: points or bins (counts I, II, III by lower edges), rug counts by point, groups by name."""

    tolerance: float
    points: list[Row] = field(default_factory=list)
    bins: list[list[int]] = field(default_factory=list)
    rug: list[int] = field(default_factory=list)
    groups: dict[str, Row] = field(default_factory=dict)
    regions: dict[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """Customers whose value to the customer is not known, though that to the company is."""
        return sum(self.rug)


def map_spec(picture: Picture, *, side: int | None = None, picks: bool = True) -> Spec:
    """The Vega-Lite spec; with `side` a square of that many pixels, for files, else as wide as its place.

    picks: whether a part can be picked on it.
    """
    spec: Spec = {**_drawn(speaks(), bool(picture.points), picks), "datasets": _data(picture)}
    spec["padding"] = {"left": 4, "right": 10, "top": 6, "bottom": 4}
    spec["width"] = spec["height"] = side or "container"
    if side is None:
        spec["autosize"] = {"type": "fit", "contains": "padding"}
    return spec


def _data(picture: Picture) -> dict[str, list[Row]]:
    return {
        "edge": [{"ce": 0, "cv": 0}, {"ce": 100, "cv": 100}],
        "band": _band(picture.tolerance),
        "people": picture.points or _squares(picture.bins),
        "ellipses": [row for name, group in picture.groups.items() for row in _ellipse(name, group)],
        "centres": [
            {"ce": group["customer_equity"], "cv": group["customer_value"],
             "label": f"{words.line_name(name)} {people(group['valued'])}"}
            for name, group in picture.groups.items() if group["valued"]
        ],
        "names": _names(picture.regions),
        "rug": [{"ce": place + 0.5, "n": number} for place, number in enumerate(picture.rug) if number],
        "rug_label": [{"text": _rug_label(picture.unknown)}] if picture.unknown else [],
    }  # fmt: skip


def _band(tolerance: float) -> list[Row]:
    """The fair-value band ±τ within the square."""
    corners = sorted({0.0, tolerance, 100 - tolerance, 100.0})
    return [{"ce": x, "low": max(x - tolerance, 0), "high": min(x + tolerance, 100)} for x in corners]


def _squares(bins: list[list[int]]) -> list[Row]:
    """Bins as squares: the hue of the region most of their people are in, opacity by the root of their number."""
    most = max((sum(counts) for _x, _y, *counts in bins), default=1)
    return [_square(x, y, counts, most) for x, y, *counts in bins]


def _square(x: int, y: int, counts: list[int], most: int) -> Row:
    n = sum(counts)
    region = ("I", "II", "III")[counts.index(max(counts))]
    strength = FAINTEST + (1 - FAINTEST) * sqrt(n / most)
    return {
        "x": x, "x2": x + BIN, "y": y, "y2": y + BIN, "ce": x + BIN / 2, "cv": y + BIN / 2, "region": region,
        "strength": round(strength, 3), "n": people(n), "where": f"{x}–{x + BIN} · {y}–{y + BIN}",
    }  # fmt: skip


def _ellipse(name: str, group: Row) -> list[Row]:
    """One standard deviation around the mean, cut at the edges of the map."""
    if group.get("major") is None:
        return []
    turn, rows = radians(group["angle"]), []
    for step in range(ELLIPSE_STEPS + 1):
        at = 2 * pi * step / ELLIPSE_STEPS
        along, across = group["major"] * cos(at), group["minor"] * sin(at)
        x = group["customer_equity"] + along * cos(turn) - across * sin(turn)
        y = group["customer_value"] + along * sin(turn) + across * cos(turn)
        rows.append({"group": name, "step": step, "ce": min(max(x, 0), 100), "cv": min(max(y, 0), 100)})
    return rows


def _names(regions: dict[str, int]) -> list[Row]:
    places = {"I": (2, 96, "left"), "III": (98.5, 91, "right"), "II": (98, 3.5, "right")}
    return [
        {"ce": x, "cv": y, "align": align, "region": region,
         "label": f"{words.NUMERALS[region]} {words.BADGES[region]} {count(regions.get(region, 0))}"}
        for region, (x, y, align) in places.items()
    ]  # fmt: skip


def _rug_label(unknown: int) -> str:
    return _("Value to the customer not known yet: %(people)s") % {"people": people(unknown)}


@cache
def _drawn(language: str, dots: bool, picks: bool) -> Spec:
    """The layers without their data: the same for every business, so made once for each language."""
    import altair as alt

    people = _dots(alt, picks) if dots else _bins(alt, picks)
    layers = [_brush(alt, picks), *_fair(alt), people, *_groups(alt), *_region_names(alt)]
    chart = alt.layer(*layers, *_rug(alt)).resolve_scale(color="independent", opacity="independent")
    spec: Spec = chart.add_params(alt.param(name="region", value="")).to_dict()
    spec.pop("config", None)
    return spec


def _x(alt: Any, name: str = "ce:Q") -> Any:
    title = _("Value to the company (rank 0–100)") + " →"
    return alt.X(name, scale=alt.Scale(domain=[0, 100], nice=False), axis=alt.Axis(title=title, values=QUARTERS))


def _y(alt: Any, name: str = "cv:Q") -> Any:
    title = "↑ " + _("Value to the customer (rank 0–100)")
    return alt.Y(name, scale=alt.Scale(domain=[0, 100], nice=False), axis=alt.Axis(title=title, values=QUARTERS))


QUARTERS = [0, 25, 50, 75, 100]
REGION_COLOURS = {"I": "var(--r1)", "II": "var(--r2)", "III": "var(--r3)"}
INKS = {"I": "var(--r1-ink)", "II": "var(--r2-ink)", "III": "var(--r3-ink)"}


def _hue(alt: Any, colours: dict[str, str]) -> Any:
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("region:N", scale=scale, legend=None)


def _brush(alt: Any, picks: bool) -> Any:
    """Nothing to see: carries the axes and, where one picks, the brush: its fields are the map's."""
    mark = alt.BrushConfig(fill="var(--ink)", fillOpacity=0.05, stroke="var(--ink)", strokeWidth=1.5, strokeOpacity=1)
    brush = alt.selection_interval(name=BRUSH, encodings=["x", "y"], mark=mark)
    chart = alt.Chart(alt.NamedData("edge")).mark_point(opacity=0, size=1).encode(x=_x(alt), y=_y(alt))
    return chart.add_params(brush) if picks else chart


def _fair(alt: Any) -> list[Any]:
    band = alt.Chart(alt.NamedData("band")).mark_area(color="var(--band)", opacity=1, line=False, tooltip=None)
    line = alt.Chart(alt.NamedData("edge")).mark_line(color="var(--r3)", strokeWidth=1.5, tooltip=None)
    return [band.encode(x=_x(alt), y=_y(alt, "low:Q"), y2="high:Q"), line.encode(x=_x(alt), y=_y(alt))]


def _faded(alt: Any, picks: bool) -> Any:
    """Full inside the chosen part, faded outside."""
    if not picks:
        return alt.value(1)
    inside = {"test": {"and": [{"param": BRUSH}, "!region || region == datum.region"]}}
    return alt.condition(inside, alt.value(1), alt.value(FADED))


def _dots(alt: Any, picks: bool) -> Any:
    dots = alt.Chart(alt.NamedData("people")).mark_circle(size=20, opacity=1, fillOpacity=0.75)
    return dots.encode(x=_x(alt), y=_y(alt), color=_hue(alt, REGION_COLOURS), opacity=_faded(alt, picks))


def _bins(alt: Any, picks: bool) -> Any:
    squares = alt.Chart(alt.NamedData("people")).mark_rect(stroke="var(--surface)", strokeWidth=1)
    return squares.encode(
        x=_x(alt, "x:Q"), x2="x2:Q", y=_y(alt, "y:Q"), y2="y2:Q", color=_hue(alt, REGION_COLOURS),
        opacity=_faded(alt, picks),
        fillOpacity=alt.FillOpacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None),
        tooltip=[alt.Tooltip("n:N", title=_("Customers")), alt.Tooltip("where:N", title=_("Company · customer"))],
    )  # fmt: skip


def _groups(alt: Any) -> list[Any]:
    ring = alt.Chart(alt.NamedData("ellipses")).mark_line(
        color="var(--ink)", strokeWidth=1.25, strokeDash=[3, 3], strokeCap="butt", tooltip=None
    )
    centres = alt.Chart(alt.NamedData("centres")).encode(x=_x(alt), y=_y(alt))
    label = {"fontSize": 12, "fontWeight": 600, "dy": -15, "text": {"expr": "datum.label"}}
    return [
        ring.encode(x=_x(alt), y=_y(alt), order="step:Q", detail="group:N"),
        centres.mark_point(shape="cross", size=110, filled=True, color="var(--ink)", stroke="var(--surface)",
                           strokeWidth=1.5),
        *_haloed(centres, label, "var(--ink)"),
    ]  # fmt: skip


def _haloed(chart: Any, label: dict[str, Any], colour: str | None) -> list[Any]:
    """Text over marks: a halo of the surface first."""
    halo = chart.mark_text(**label, stroke="var(--surface)", strokeWidth=5, strokeJoin="round", color="var(--surface)")
    return [halo, chart.mark_text(**label, **({"color": colour} if colour else {}))]


def _region_names(alt: Any) -> list[Any]:
    names = alt.Chart(alt.NamedData("names")).encode(x=_x(alt), y=_y(alt))
    label = {"fontSize": 13, "fontWeight": 700, "align": {"expr": "datum.align"}, "text": {"expr": "datum.label"}}
    halo, text = _haloed(names, label, None)
    return [halo, text.encode(color=_hue(alt, INKS))]


def _rug(alt: Any) -> list[Any]:
    """Below the axis, in pixels: those of whom only the place to the right is known."""
    ticks = alt.Chart(alt.NamedData("rug")).mark_rule(color="var(--r0)", strokeWidth=1, tooltip=None)
    label = alt.Chart(alt.NamedData("rug_label")).mark_text(
        align="left", baseline="bottom", fontSize=12, color="var(--ink-2)", text={"expr": "datum.text"}
    )
    return [
        ticks.encode(x=_x(alt), y=alt.value(alt.expr("height + 66")), y2=alt.value(alt.expr("height + 76"))),
        label.encode(x=alt.value(0), y=alt.value(alt.expr("height + 62"))),
    ]
