"""Three pictures: how many stand in each stage, in the life cycle, and what part of each moved where in the month."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.stages import queries
from dangol.insight.relationship.stages.models import Track
from dangol.insight.relationship.stages.queries import Told
from dangol.lib.languages import speaks
from dangol.web.relationship.stages import told as words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, people, percent
from dangol.web.shell.said import span

ROW = 34  # pixels
MOST = 12  # moves in a picture; the table has all
NAMES = {"stage": Track.STAGE, "cycle": Track.CYCLE}


def counted(run: Run, track: Track) -> Chart | None:
    """Customers in each state as bars; None where there are none."""
    one = _track(run, track)
    if not one.customers:
        return None
    most = max(one.states, key=lambda each: each.customers)
    rows = [
        {"state": words.name(each.state), "n": each.customers, "told": people(each.customers)} for each in one.states
    ]
    finding = _("%(state)s holds most: %(people)s of %(all)s") % {
        "state": words.name(most.state), "people": people(most.customers), "all": count(one.customers),
    }  # fmt: skip
    table = Table(
        [str(words.HEADINGS[track]), _("Customers"), _("Share")],
        [[words.name(each.state), count(each.customers), percent(each.share, 1)] for each in one.states],
        frozenset({1, 2}),
    )
    spec = _bars(rows, [str(row["state"]) for row in rows], _("Customers"))
    return _chart(run, track.value, finding, _("Customers in each state"), spec, table)


def moved(run: Run, track: Track) -> Chart | None:
    """What part of each state went where, with intervals; None where nobody whose share is known moved."""
    one = _track(run, track)
    known = [each for each in one.moves if each.share is not None]
    if not known:
        return None
    shown = sorted(known, key=lambda each: -(each.share or 0))[:MOST]
    rows = [
        {"move": f"{words.name(each.was)} → {words.name(each.now)}", "share": _hundredths(each.share),
         "low": _hundredths(each.low), "high": _hundredths(each.high), "told": people(each.customers)}
        for each in shown
    ]  # fmt: skip
    table = Table(
        [_("From where to where"), _("Customers"), _("Stood there before"), _("Share"), _("95% interval")],
        [[f"{words.name(each.was)} → {words.name(each.now)}", count(each.customers), count(each.among),
          percent(each.share, 1), span(percent(each.low, 1), percent(each.high, 1))] for each in known],
        frozenset({1, 2, 3, 4}),
    )  # fmt: skip
    first = shown[0]
    finding = _("%(share)s of those in “%(was)s” went to “%(now)s” within 30 days") % {
        "share": percent(first.share), "was": words.name(first.was), "now": words.name(first.now),
    }  # fmt: skip
    unit = _("Share of those who stood in the first state 30 days before (%); lines: 95%")
    return _chart(run, f"{track.value}-moves", finding, unit, _dots(rows, _("Share (%)")), table)


def picture(run: Run, name: str) -> Chart | None:
    """The picture of a run by its name."""
    track, _dash, kind = name.partition("-")
    if track not in NAMES or kind not in {"", "moves"}:
        return None
    return moved(run, NAMES[track]) if kind else counted(run, NAMES[track])


def _track(run: Run, track: Track) -> Told:
    return next(one for one in queries.told(run) if one.track == track)


def _hundredths(share: float | None) -> float:
    return round(100 * (share or 0.0), 2)


def _chart(run: Run, name: str, finding: str, unit: str, spec: Spec, table: Table) -> Chart:
    query = f"?{urlencode({'lang': speaks()})}"
    return Chart(
        name=name, finding=finding, unit=unit, spec=spec, table=table,
        provenance=[
            _("As of %(day)s") % {"day": date_format(queries.day_of(run), "DATE_FORMAT")},
            _("Run %(number)s") % {"number": run.pk},
        ],
        downloads={kind: reverse("stages_file", args=[run.pk, name, kind]) + query for kind in KINDS},
    )  # fmt: skip


def _bars(rows: list[Spec], order: list[str], title: str) -> Spec:
    y = {"field": "state", "type": "nominal", "sort": order, "axis": {"title": None, "labelLimit": 160}}
    x = {"field": "n", "type": "quantitative", "axis": {"title": f"{title} →", "grid": True}}
    text = {"align": "left", "dx": 6, "color": "var(--ink-2)", "type": "text"}
    return {
        "width": "container", "height": ROW * len(rows), "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar", "tooltip": None, "height": 16}, "encoding": {"x": x, "y": y}},
            {"mark": text, "encoding": {"x": x, "y": y, "text": {"field": "told", "type": "nominal"}}},
        ],
    }  # fmt: skip


def _dots(rows: list[Spec], title: str) -> Spec:
    y = {"field": "move", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 220}}
    axis = {"title": f"{title} →", "grid": True}
    x = {"type": "quantitative", "axis": axis, "scale": {"domainMin": 0}}
    tips = [{"field": "told", "type": "nominal", "title": _("Customers")}]
    return {
        "width": "container", "height": ROW * len(rows), "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
            {"mark": {"type": "point", "size": 70, "filled": True, "color": "var(--ink)"},
             "encoding": {"x": {**x, "field": "share"}, "y": y, "tooltip": tips}},
        ],
    }  # fmt: skip
