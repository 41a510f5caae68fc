"""How shares of needs are spread, as bars: a tenth each, and who bought more than they said."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.names import BINS
from dangol.lib.languages import speaks
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, decimals, people

NAME = "need"
HEIGHT = 240


def spread(run: Run, told: dict[str, Any], what: str) -> Chart | None:
    """told: counts of what needs are about (`needs.summary`), or over all; what: its name. None where none is told."""
    counted: list[int] = told["histogram"]
    if not sum(counted):
        return None
    names = [f"{100 * n // BINS}–{100 * (n + 1) // BINS}" for n in range(BINS)]
    names += [_("over 100")] * (len(counted) - BINS)
    few = sum(counted[: BINS // 2])
    finding = _("%(few)s of %(all)s cover less than half of their need with you") % {
        "few": count(few), "all": people(sum(counted)),
    }  # fmt: skip
    unit = _("%(what)s: customers by what they bought from you, as a share (%%) of what they said they need.") % {
        "what": what
    }
    across = _("Share of the need (%)")
    rows = list(zip(names, counted, strict=True))
    return Chart(
        name=NAME, finding=finding, unit=unit, spec=_bars(rows, across),
        alt=_("Bars from no share on the left to the whole need on the right."),
        provenance=[
            _("Bought: measured. Need: said by customers or estimated by staff."),
            _("As of %(day)s") % {"day": date_format(localtime(run.as_of), "DATE_FORMAT")},
            _("Run %(number)s") % {"number": run.pk},
        ],
        table=Table(
            [across, _("Customers"), _("Part of customers (%)")],
            [[name, count(n), decimals(100 * n / sum(counted), 1)] for name, n in rows], frozenset({1, 2}),
        ),
        downloads=_downloads(run, told.get("about", "")),
    )  # fmt: skip


def _downloads(run: Run, about: str) -> dict[str, str]:
    query = f"?{urlencode({'about': about, 'lang': speaks()})}"
    return {kind: reverse("core_file", args=[run.pk, NAME, kind]) + query for kind in KINDS}


def _bars(rows: list[tuple[str, int]], across: str) -> Spec:
    names = [name for name, _n in rows]
    x = {"field": "share", "type": "ordinal", "sort": names, "axis": {"title": across + " →", "labelAngle": 0,
                                                                       "labelOverlap": True}}  # fmt: skip
    y = {"field": "customers", "type": "quantitative", "axis": {"title": "↑ " + _("Customers"), "tickMinStep": 1}}
    tips = [{"field": "share", "type": "nominal", "title": across},
            {"field": "customers", "type": "quantitative", "title": _("Customers")}]  # fmt: skip
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [{"share": name, "customers": n} for name, n in rows]},
        "mark": {"type": "bar", "color": "var(--r1)"},
        "encoding": {"x": x, "y": y, "tooltip": tips},
    }  # fmt: skip
