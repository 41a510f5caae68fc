"""The pictures of the page: how far what was said held, what it would earn to contact the riskiest, the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.insight.analysis.leaving.queries import Foretold
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.prediction.profit import Curve
from dangol.lib.money import major
from dangol.web import clock
from dangol.web.insight.downloads import downloads
from dangol.web.insight.leaving import words
from dangol.web.insight.leaving.assumed import Assumed
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, money_about, percent
from dangol.web.shell.said import span
from dangol.web.shell.short_numbers import short_numbers

HUNDRED = {"domain": [0, 100], "nice": False}


@dataclass(frozen=True)
class Branch:
    """A place of the tree as it is drawn: what leads here, how many, what share bought; `closes`: lists that end."""

    told: str
    customers: int
    share: float
    leaf: bool
    closes: range


def picture(run: Run, name: str, query: QueryDict) -> Chart | None:
    """One picture of a run by its name, with what is assumed in the address; None where there is none."""
    found = Foretold(run)
    if name == "reliability":
        return reliability(found)
    assumed = Assumed.read(query, found)
    return profit(found, assumed.curve(found), assumed) if name == "profit" else None


def branches(found: Foretold) -> Iterator[Branch]:
    """The tree in the order in which it is read."""
    nodes = found.tree
    for at, node in enumerate(nodes):
        after = nodes[at + 1].depth if at + 1 < len(nodes) else 0
        yield Branch(
            told=words.condition(node.step) if node.step else _("All customers"), customers=node.customers,
            share=node.share if node.chance is None else node.chance, leaf=node.leaf,
            closes=range(max(0, node.depth - after) if node.leaf else 0),
        )  # fmt: skip


def reliability(found: Foretold) -> Chart:
    """Chance said against share that came, ten parts of the customers held back."""
    bins = found.quality.bins
    rows = [
        {"said": round(one.said * 100, 1), "came": round(one.share * 100, 1), "low": round(one.low * 100, 1),
         "high": round(one.high * 100, 1), "n": one.customers}
        for one in bins
    ]  # fmt: skip
    x = {"field": "said", "type": "quantitative", "scale": HUNDRED, "axis": {"title": _("Said (%)") + " →"}}
    y = {"field": "came", "type": "quantitative", "scale": HUNDRED, "axis": {"title": "↑ " + _("Came back (%)")}}
    spec: Spec = {
        "width": "container", "height": 300, "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {"data": {"values": [{"said": 0, "came": 0}, {"said": 100, "came": 100}]},
             "mark": {"type": "line", "color": "var(--line-strong)", "strokeDash": [4, 4], "strokeWidth": 1.25},
             "encoding": {"x": x, "y": y}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "color": "var(--ink)"},
             "encoding": {"x": x, "y": y}},
        ],
    }  # fmt: skip
    table = Table(
        [_("Said"), _("Customers"), _("Came back"), _("95% interval")],
        [[percent(one.said), count(one.customers), percent(one.share), span(percent(one.low), percent(one.high))]
         for one in bins], frozenset({0, 1, 2, 3}),
    )  # fmt: skip
    unit = _(
        "Customers of the period held back in ten parts by what was said of them. On the dashed line what was said came"
        " true."
    )
    return Chart(
        "reliability", words.reliability(found), unit, spec, table=table, provenance=_provenance(found),
        downloads=downloads("leaving", found.run, "reliability"),
    )  # fmt: skip


def profit(found: Foretold, curve: Curve, assumed: Assumed) -> Chart:
    """What it would earn at each cut-off, with its interval."""
    everybody = curve.everybody.treated
    rows = [
        {"treated": round(100 * one.treated / everybody, 2), **{
            name: float(major(round(getattr(one, name)), clock.home().currency)) for name in ("gain", "low", "high")}}
        for one in curve.points
    ]  # fmt: skip
    x = {"field": "treated", "type": "quantitative", "scale": HUNDRED,
         "axis": {"title": _("Customers contacted, the riskiest first (%)") + " →"}}  # fmt: skip
    y: dict[str, Any] = {
        "field": "gain",
        "type": "quantitative",
        "axis": {"title": "↑ " + _("Gain"), **short_numbers()},
    }
    layers = [
        {"mark": {"type": "area", "color": "var(--line)", "opacity": 0.6},
         "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": "var(--line-strong)"},
         "encoding": {"y": {"datum": 0}}},
        {"mark": {"type": "line", "color": "var(--ink)"}, "encoding": {"x": x, "y": y}},
    ]  # fmt: skip
    if curve.best is not None:
        best = rows[curve.points.index(curve.best)]
        layers.append({"data": {"values": [best]}, "mark": {"type": "point", "filled": True, "size": 90,
                       "color": "var(--ink)"}, "encoding": {"x": x, "y": y}})  # fmt: skip
    spec: Spec = {
        "width": "container", "height": 260, "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": rows}, "layer": layers,
    }  # fmt: skip
    shown = curve.points[:: max(1, len(curve.points) // 10)]
    table = Table(
        [_("Contacted"), _("Risk from"), _("Gain"), _("95% interval")],
        [[count(one.treated), percent(one.risk), money_about(one.gain),
          span(money_about(one.low), money_about(one.high))] for one in shown], frozenset({0, 1, 2, 3}),
    )  # fmt: skip
    unit = _("Counted on the customers of the period held back; the share kept is your assumption.")
    return Chart(
        "profit", _profit_finding(curve), unit, spec, table=table, provenance=_provenance(found),
        downloads=downloads("leaving", found.run, "profit", **assumed.texts),
    )  # fmt: skip


def _profit_finding(curve: Curve) -> str:
    best, all_of_them = curve.best, curve.everybody
    if best is None:
        return _("With these numbers, contacting nobody pays best.")
    told = _("It pays best to contact the riskiest %(share)s: about %(gain)s.") % {
        "share": percent(best.treated / all_of_them.treated),
        "gain": money_about(best.gain),
    }
    return told + " " + _("Contacting everybody: %(gain)s.") % {"gain": money_about(all_of_them.gain)}


def _provenance(found: Foretold) -> list[str]:
    return [
        _("Customers tested on: %(n)s") % {"n": count(found.quality.customers)},
        str(words.LEARNERS[found.chosen]),
        _("Run %(number)s") % {"number": found.run.pk},
        _("Data %(version)s") % {"version": found.run.lake_version or "–"},
    ]
