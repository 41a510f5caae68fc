"""Satisfaction as pictures: every figure of the latest waves with its interval, and the map of what to mend first."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dangol.insight.analysis.models import Run
from dangol.web.insight.asked import asked_by
from dangol.web.insight.downloads import downloads
from dangol.web.insight.satisfaction.told import Figure, Wave, mend_first, waves
from dangol.web.insight.satisfaction.words import side
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import count, day, decimals
from dangol.web.shell.said import span

type Spec = dict[str, Any]

WAVES = 4  # drawn at most
HEAD, LINE, GAP = 30, 14, 16  # pixels: words of a row, a wave of it, what follows
MAP_HEIGHT = 360
NEAR = 0.22  # of the picture: names of points nearer than this to each other would lie on one another
LABELS: dict[str, Spec] = {
    "right": {"align": "left", "dx": 9, "dy": -10},
    "left": {"align": "right", "dx": -9, "dy": -10},
    "below": {"align": "left", "dx": 9, "dy": 16},
}
HALO: Spec = {"stroke": "var(--surface)", "strokeWidth": 4, "color": "var(--surface)"}


def picture(run: Run, name: str, _query: QueryDict) -> Chart | None:
    """One picture of a run by its name; None where there is none."""
    if name == "waves":
        return over_waves(run, waves(run))
    return mending(run) if name == "mending" and waves(run) else None


def over_waves(run: Run, found: list[Wave]) -> Chart | None:
    """Indices and sides of the latest waves, 0 to 100, one row each; None where there is none."""
    drawn = found[-WAVES:]
    names = {one.name: one.label for wave in drawn for one in [*wave.shown, *wave.sides] if _drawable(one)}
    if not names:
        return None
    rows, heads, top = [], [], 0
    for name, label in names.items():
        told = [(wave, one) for wave in reversed(drawn) for one in [*wave.measures, *wave.sides]
                if one.name == name and _drawable(one)]  # fmt: skip
        newest = told[0][1]
        heads.append({"label": label, "figure": f"{newest.words} ({newest.ends})", "y": top + 16})
        for place, (wave, one) in enumerate(told):
            last = wave is found[-1]
            rows.append({
                "value": one.value, "low": one.low, "high": one.high, "y": top + HEAD + place * LINE, "last": last,
                "fill": "var(--ink)" if last else "var(--surface)", "ink": "var(--ink)" if last else "var(--ink-3)",
            })  # fmt: skip
        top += HEAD + len(told) * LINE + GAP
    return Chart(
        name="waves", finding=_("How satisfied customers are, wave by wave"),
        unit=_("0 to 100. Filled: the latest wave; hollow: earlier ones, the later above. Lines are 95% intervals."),
        spec=_rows(rows, heads, top), provenance=_rested_on(run), table=_table(found),
        downloads=downloads("satisfaction", run, "waves"),
    )  # fmt: skip


def _drawable(one: Figure) -> bool:
    return one.value is not None and one.name != "nps"


def _rows(rows: list[Spec], heads: list[Spec], height: int) -> Spec:
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    margin = max((high - low) * 0.08, 2)
    domain = [max(0, low - margin), min(100, high + margin)]
    x: Spec = {"type": "quantitative", "scale": {"domain": domain, "nice": False}}
    axis = {"grid": True, "domain": True, "tickCount": 5, "title": _("Points of 100")}
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [height, 0], "nice": False}, "axis": None}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    head = {"data": {"values": heads}, "encoding": {"y": y}}
    return {
        "width": "container", "height": height,
        "layer": [
            {"data": {"values": rows}, "mark": {"type": "rule", "strokeWidth": 2.5, "strokeCap": "round"},
             "encoding": {"x": {"field": "low", **x, "axis": axis}, "x2": {"field": "high"}, "y": y, "color": ink}},
            {"data": {"values": rows}, "mark": {"type": "point", "filled": True, "size": 70, "strokeWidth": 2},
             "encoding": {"x": {"field": "value", **x}, "y": y, "stroke": ink,
                          "fill": {"field": "fill", "type": "nominal", "scale": None}}},
            {**head, "mark": {"type": "text", "align": "left", "fontSize": 13, "fontWeight": 600},
             "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "label"}}},
            {**head, "mark": {"type": "text", "align": "right", "fontSize": 13},
             "encoding": {"y": y, "x": {"value": {"expr": "width"}}, "text": {"field": "figure"}}},
        ],
    }  # fmt: skip


def _table(found: list[Wave]) -> Table:
    columns = [
        _("Wave"), pgettext("survey", "Measure"), pgettext("survey", "Points"), _("95% interval"),
        pgettext("survey", "People"),
    ]  # fmt: skip
    rows = [
        [f"{wave.title} · {day_of(wave)}", one.label, one.words, one.ends, count(one.respondents)]
        for wave in reversed(found)
        for one in [*wave.shown, *wave.sides]
        if one.value is not None
    ]
    return Table(columns, rows, frozenset({2, 3, 4}))


def day_of(wave: Wave) -> str:
    """From when to when a wave was answered."""
    first, last = (f"{one:%Y-%m-%d}" for one in (wave.first, wave.last))
    return first if first == last else f"{first} – {last}"


def mending(run: Run) -> Chart | None:
    """The map: how well each side stands against how much it moves the goal; None where that cannot be told."""
    drivers: dict[str, Any] = run.summary["drivers"]
    if "missing" in drivers:
        return None
    told = drivers["map"]
    rows = [{**one, "label": side(one["name"]), "sure": one["importance_low"] > 0,
             "fill": "var(--ink)" if one["importance_low"] > 0 else "var(--surface)"} for one in told]  # fmt: skip
    columns = [
        _("Side of the service"),
        pgettext("survey", "How it stands"),
        _("95% interval"),
        _("How much it moves"),
        _("95% interval"),
    ]
    table = [
        [side(one["name"]), decimals(one["performance"], 1), _ends(one, "performance", 1),
         decimals(one["importance"], 2), _ends(one, "importance", 2)]
        for one in told
    ]  # fmt: skip
    goal = side(drivers["goal"])
    return Chart(
        name="mending", finding=mend_first(drivers),
        unit=_(
            "The higher, the more it moves “%(goal)s”; the further left, the worse it stands. Hollow: could be nothing."
        ) % {"goal": goal},
        spec=_map(rows, goal), provenance=_rested_on(run), table=Table(columns, table, frozenset({1, 2, 3, 4})),
        downloads=downloads("satisfaction", run, "mending"),
    )  # fmt: skip


def _ends(one: dict[str, Any], name: str, places: int) -> str:
    return span(decimals(one[f"{name}_low"], places), decimals(one[f"{name}_high"], places))


def _map(rows: list[Spec], goal: str) -> Spec:
    def mean(name: str) -> float:
        return float(sum(row[name] for row in rows) / len(rows))

    x = _axis(rows, "performance", _("How it stands, of 100"), least=0, most=100)
    y = _axis([*rows, {"importance_low": 0, "importance_high": 0}], "importance",
              _("Points of “%(goal)s” for one point more") % {"goal": goal})  # fmt: skip
    dashed = {"type": "rule", "strokeDash": [4, 4], "color": "var(--line-strong)"}
    bar = {"type": "rule", "strokeWidth": 2, "color": "var(--ink-3)", "strokeCap": "round"}
    return {
        "width": "container", "height": MAP_HEIGHT, "data": {"values": _placed(rows)},
        "layer": [
            {"mark": dashed, "data": {"values": [{"at": mean("performance")}]},
             "encoding": {"x": {"field": "at", "type": "quantitative"}}},
            {"mark": dashed, "data": {"values": [{"at": mean("importance")}]},
             "encoding": {"y": {"field": "at", "type": "quantitative"}}},
            {"mark": bar, "encoding": {"x": {**x, "field": "performance_low"}, "x2": {"field": "performance_high"},
                                       "y": {**y, "field": "importance"}}},
            {"mark": bar, "encoding": {"x": {**x, "field": "performance"}, "y": {**y, "field": "importance_low"},
                                       "y2": {"field": "importance_high"}}},
            {"mark": {"type": "point", "filled": True, "size": 95, "stroke": "var(--ink)", "strokeWidth": 2},
             "encoding": {"x": {**x, "field": "performance"}, "y": {**y, "field": "importance"},
                          "fill": {"field": "fill", "type": "nominal", "scale": None}}},
            *(_label(x, y, place, halo) for place in LABELS for halo in (HALO, {})),
        ],
    }  # fmt: skip


def _label(x: Spec, y: Spec, place: str, halo: Spec) -> Spec:
    """Names of the points whose names stand there."""
    return {
        "mark": {"type": "text", "fontSize": 13, **LABELS[place], **halo},
        "transform": [{"filter": f"datum.place == '{place}'"}],
        "encoding": {
            "x": {**x, "field": "performance"}, "y": {**y, "field": "importance"}, "text": {"field": "label"},
        },
    }  # fmt: skip


def _placed(rows: list[Spec]) -> list[Spec]:
    """Each row with where its name stands: to the side away from the others, above where none is near."""
    names = ("performance", "importance")
    least, most = ({name: end(row[f"{name}_{part}"] for row in rows) for name in names}
                   for end, part in ((min, "low"), (max, "high")))  # fmt: skip

    def near(one: Spec, other: Spec) -> bool:
        return all(
            abs(one[name] - other[name]) < NEAR * (most[name] - least[name] or 1) for name in names
        ) and one is not other  # fmt: skip

    def place(row: Spec) -> str:
        beside = [other["performance"] for other in rows if near(row, other)]
        if not beside or all(row["performance"] >= other for other in beside):
            return "right"
        return "left" if all(row["performance"] <= other for other in beside) else "below"

    return [{**row, "place": place(row)} for row in rows]


def _axis(rows: list[Spec], name: str, title: str, *, least: float | None = None, most: float | None = None) -> Spec:
    low, high = min(row[f"{name}_low"] for row in rows), max(row[f"{name}_high"] for row in rows)
    margin = (high - low) * 0.12 or 1
    low, high = low - margin, high + margin
    domain = [low if least is None else max(least, low), high if most is None else min(most, high)]
    return {"type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False},
            "axis": {"title": title, "grid": True, "tickCount": 5}}  # fmt: skip


def _rested_on(run: Run) -> list[str]:
    """What a picture rests on: until when, which state of the warehouse, who asked."""
    return [
        _("As of %(day)s") % {"day": day(run.as_of)}, _("Data %(version)s") % {"version": run.lake_version},
        _("Asked by %(name)s") % {"name": asked_by(run)},
    ]  # fmt: skip
