"""The loyalty index by wave as a picture: what was said and done, measured, and what was expected, estimated."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dangol.insight.analysis.models import Run
from dangol.lib.languages import speaks
from dangol.web.relationship.loyalty import words
from dangol.web.relationship.loyalty.told import Wave, waves
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count

NAME = "loyalty"
DRAWN = (words.SAID, words.AGAIN, words.COMMITMENT)  # all three from 0 to 100
SHAPES = ("circle", "square", "diamond")
FILLS = ("var(--ink)", "var(--ink)", "var(--surface)")  # hollow: estimated
HEIGHT = 300
NEARLY = 6  # points of room above and below


def over_waves(run: Run) -> Chart | None:
    """Each figure at the end of each wave, with its interval; None where there is nothing to draw."""
    found = waves(run)
    rows = [
        {"day": wave.last.isoformat(), "value": one.value, "low": one.low, "high": one.high, "what": _named(one),
         "wave": wave.title}
        for wave in found for one in wave.figures if one.name in DRAWN and one.value is not None
    ]  # fmt: skip
    if not rows:
        return None
    names = list(dict.fromkeys(_named(one) for wave in found for one in wave.figures if one.name in DRAWN))
    return Chart(
        name=NAME, finding=_("Loyalty, wave by wave"),
        unit=_("0 to 100, at the end of each wave. Filled: measured; hollow: estimated. Lines are 95% intervals."),
        spec=_spec(rows, names, len({row["day"] for row in rows})),
        alt=_("Marks for each wave with their intervals: what customers said, what they did, and what was expected."),
        provenance=[
            _("As of %(day)s") % {"day": date_format(localtime(run.as_of), "DATE_FORMAT")},
            _("Run %(number)s") % {"number": run.pk},
        ],
        table=_table(found), downloads=_downloads(run),
    )  # fmt: skip


def _named(one: Any) -> str:
    kind = _("measured") if one.provenance == words.MEASURED else _("estimated")
    return f"{one.label} ({kind})"


def _spec(rows: list[Spec], names: list[str], days: int) -> Spec:
    low, high = min(row["low"] for row in rows) - NEARLY, max(row["high"] for row in rows) + NEARLY
    scale = {"domain": [max(0, low), min(100, high)], "nice": False}
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"padding": 50},
        "axis": {
            "title": None,
            "format": "%Y-%m",
            "values": sorted({row["day"] for row in rows}) if days < 9 else None,
        },
    }
    y = {"type": "quantitative", "scale": scale, "axis": {"title": "↑ " + _("Points of 100"), "grid": True}}
    legend = {"title": None, "orient": "bottom", "direction": "vertical", "symbolStrokeWidth": 2, "labelLimit": 0}
    shape = {
        "field": "what",
        "type": "nominal",
        "legend": legend,
        "scale": {"domain": names, "range": list(SHAPES[: len(names)])},
    }
    fill = {
        "field": "what",
        "type": "nominal",
        "legend": legend,
        "scale": {"domain": names, "range": list(FILLS[: len(names)])},
    }
    tips = [
        {"field": "what", "type": "nominal", "title": pgettext("survey", "Measure")},
        {"field": "wave", "type": "nominal", "title": _("Wave")},
        {"field": "value", "type": "quantitative", "format": ".1f", "title": _("Points of 100")},
    ]  # fmt: skip
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "color": "var(--line-strong)", "strokeWidth": 1.5, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "value"}, "detail": {"field": "what", "type": "nominal"}}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "size": 100, "strokeWidth": 2, "filled": True, "stroke": "var(--ink)"},
             "encoding": {"x": x, "y": {**y, "field": "value"}, "shape": shape, "fill": fill, "tooltip": tips}},
        ],
    }  # fmt: skip


def _table(found: list[Wave]) -> Table:
    columns = [
        _("Wave"), _("Last day"), pgettext("survey", "Measure"), _("How it is known"), pgettext("survey", "Points"),
        _("95% interval"), pgettext("survey", "People"),
    ]  # fmt: skip
    rows = [
        [wave.title, f"{wave.last:%Y-%m-%d}", one.label,
         _("measured") if one.provenance == words.MEASURED else _("estimated"), one.words, one.ends, count(one.n)]
        for wave in reversed(found) for one in wave.there
    ]  # fmt: skip
    return Table(columns, rows, frozenset({4, 5, 6}))


def _downloads(run: Run) -> dict[str, str]:
    query = f"?{urlencode({'lang': speaks()})}"
    return {kind: reverse("loyalty_file", args=[run.pk, kind]) + query for kind in KINDS}
