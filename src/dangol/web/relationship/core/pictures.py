"""Two pictures: the Lorenz curve, and the contribution curve that those who cost more pull down again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.names import CONTRIBUTION
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib.languages import speaks
from dangol.web.relationship.core import words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import decimals, people, percent, worth_about

HEIGHT = 320
STEP = 10  # hundredths between rows of the table


def measure_of(asked: str | None, run: Run) -> str:
    """Which of the measures is meant; contribution where none of that name is asked for."""
    return asked if asked in words.measures(run) else CONTRIBUTION


def lorenz(run: Run, measure: str) -> Chart | None:
    """How much the customers with the least hold together, from nobody to everybody."""
    found = run.summary["spread"][measure]
    if found is None:
        return None
    top, gini = found["top_share"], found["gini"]
    finding = _("The best fifth holds %(share)s (95%% interval %(low)s ~ %(high)s)") % _ends(top, percent)
    unit = _(
        "%(measure)s of the last 365 days, customers from the least to the most. On the dashed line all are equal. "
        "Gini coefficient %(share)s (95%% interval %(low)s ~ %(high)s)."
    ) if measure != "equity" else _(
        "%(measure)s, customers from the least to the most. On the dashed line all are equal. Gini coefficient "
        "%(share)s (95%% interval %(low)s ~ %(high)s)."
    )  # fmt: skip
    return _chart(
        "lorenz", run, measure, finding, unit % {**_ends(gini, decimals), "measure": words.measures(run)[measure]},
        found["lorenz"], _("Part of customers, from the least (%)"), equal=True,
        alt=_("A curve below the line of equality: the more it sags, the fewer customers hold most."),
    )  # fmt: skip


def curve(run: Run, measure: str) -> Chart | None:
    """How much the best customers bring together; it may rise above the whole and fall back at its end."""
    found = run.summary["spread"][measure]
    if found is None or found["curve"] is None:
        return None
    finding = _("Four fifths come from %(share)s of customers") % {"share": percent(found["for_most"])}
    unit = _("%(measure)s added up, the best customers first.") % {"measure": words.measures(run)[measure]}
    if found["negative_customers"]:
        unit += " " + _(
            "%(people)s stand below zero (%(money)s): without them the whole would be larger, so the curve rises above "
            "100%% and falls back."
        ) % {
            "people": people(found["negative_customers"]),
            "money": worth_about(found["negative_total"], run),
        }
    return _chart(
        "curve", run, measure, finding, unit, found["curve"], _("Part of customers, the best first (%)"), equal=False,
        alt=_("A curve that rises steeply for the best customers and flattens for the others."),
    )  # fmt: skip


PICTURES: dict[str, Callable[[Run, str], Chart | None]] = {"lorenz": lorenz, "curve": curve}


def _chart(
    name: str, run: Run, measure: str, finding: str, unit: str, points: list[list[float]], across: str, *, equal: bool,
    alt: str,
) -> Chart:  # fmt: skip
    found = run.summary["spread"][measure]
    here = _("%(people)s with sales, points or gifts in the last 365 days")
    if is_by_use(run):
        here = _("%(people)s with a use in the last 365 days")
    provenance = [
        (_("%(people)s with a known equity") if measure == "equity" else here)
        % {"people": people(found["customers"] + found["negative_customers"])},
        _("As of %(day)s") % {"day": date_format(localtime(run.as_of), "DATE_FORMAT")},
        _("Run %(number)s") % {"number": run.pk},
    ]
    if measure == CONTRIBUTION and not is_by_use(run):
        provenance.append(_("Margin assumed: %(rate)s") % {"rate": percent(run.parameters["margin_rate"])})
    rows, of = [[100 * x, 100 * y] for x, y in points], str(words.measures(run)[measure])
    return Chart(
        name=name, finding=finding, unit=unit, spec=curve_spec(rows, across, of, equal=equal),
        alt=alt, provenance=provenance, table=curve_table(rows, across, of),
        downloads=_downloads(run, name, measure),
    )  # fmt: skip


def _downloads(run: Run, name: str, measure: str) -> dict[str, str]:
    query = f"?{urlencode({'by': measure, 'lang': speaks()})}"
    return {kind: reverse("core_file", args=[run.pk, name, kind]) + query for kind in KINDS}


def curve_table(rows: list[list[float]], across: str, measure: str) -> Table:
    """Every tenth point of a curve in per cent, or all of a short one."""
    tens = rows[::STEP] if len(rows) > 3 * STEP else rows
    heading = _("Part of %(measure)s (%%)") % {"measure": measure}
    return Table([across, heading], [[decimals(x, 1), decimals(y, 1)] for x, y in tens], frozenset({0, 1}))


def curve_spec(rows: list[list[float]], across: str, measure: str, *, equal: bool) -> Spec:
    """A curve in per cent of customers (across) and of a measure; equal: beside the line on which all are equal."""
    most = max(100.0, *(y for _x, y in rows))
    least = min(0.0, *(y for _x, y in rows))
    x = {"field": "x", "type": "quantitative", "scale": {"domain": [0, 100], "nice": False},
         "axis": {"title": across + " →", "values": [0, 20, 40, 60, 80, 100]}}  # fmt: skip
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [least, most * 1.02], "nice": False},
         "axis": {"title": "↑ " + _("Part of %(measure)s (%%)") % {"measure": measure}}}  # fmt: skip
    tips = [{"field": "x", "type": "quantitative", "title": across, "format": ".0f"},
            {"field": "y", "type": "quantitative", "title": measure, "format": ".1f"}]  # fmt: skip
    level = [{"x": 0, "y": 0 if equal else 100}, {"x": 100, "y": 100}]
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [{"x": round(at, 2), "y": round(height, 2)} for at, height in rows]},
        "layer": [
            {"data": {"values": level},
             "mark": {"type": "line", "color": "var(--line-strong)", "strokeDash": [4, 4], "strokeWidth": 1.25,
                      "tooltip": None},
             "encoding": {"x": x, "y": y}},
            {"mark": {"type": "line", "color": "var(--r1)", "strokeWidth": 2.5}, "encoding": {"x": x, "y": y}},
            {"mark": {"type": "point", "opacity": 0, "size": 120},
             "encoding": {"x": x, "y": y, "tooltip": tips}},
        ],
    }  # fmt: skip


def _ends(part: dict[str, float], written: Callable[[float], str]) -> dict[str, str]:
    return {"share": written(part["value"]), "low": written(part["low"]), "high": written(part["high"])}
