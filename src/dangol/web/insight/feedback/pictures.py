"""How feedback sounds month by month, as a picture: unhappy, not sure and glad above each other."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run, Tone
from dangol.insight.analysis.voices.queries import Heard
from dangol.lib.languages import speaks
from dangol.web.insight.feedback import told
from dangol.web.shell import charts
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, percent

HEIGHT = 240  # pixels
# Ink alone: colours belong to the regions. What is not sure is hollow.
INKS = {Tone.UNHAPPY: "var(--ink)", Tone.UNSURE: "var(--surface)", Tone.GLAD: "var(--r0)"}


def chart(run: Run, months: list[Heard], counted: dict[str, int]) -> Chart:
    """The frame around the picture."""
    return Chart(
        name="feedback",
        finding=told.finding(counted),
        unit=_unit(),
        spec=spec(months),
        alt=_("Feedback by month, told apart by how it sounds. “Show as table” holds the same numbers."),
        provenance=told.provenance(run),
        table=table(months),
        downloads={kind: reverse("insight_feedback_file", args=[kind]) for kind in (*charts.FORMATS, "csv")},
    )


def table(months: list[Heard]) -> Table:
    """The same numbers to read."""
    columns = [_("Month"), *(str(tone.label) for tone in INKS), _("Unhappy among those that are sure")]
    rows: list[list[Any]] = [
        [_month(one), count(one.unhappy), count(one.unsure), count(one.glad), percent(one.unhappy_share)]
        for one in months
    ]
    return Table(columns, rows, frozenset({1, 2, 3, 4}))


def spec(months: list[Heard]) -> Spec:
    """The Vega-Lite spec."""
    drawn = deepcopy(_drawn(speaks()))
    rows = [
        {"month": one.name, "label": _month(one), "tone": str(tone.label), "order": place, "n": getattr(one, tone)}
        for one in months
        for place, tone in enumerate(INKS)
    ]
    drawn["datasets"] = {"months": rows}
    return drawn


@cache
def _drawn(language: str) -> Spec:
    """The bars without their numbers, made once for each language."""
    import altair as alt

    names = [str(tone.label) for tone in INKS]
    scale = alt.Scale(domain=names, range=list(INKS.values()))
    bars = alt.Chart(alt.NamedData("months")).mark_bar(stroke="var(--line-strong)", strokeWidth=1, cornerRadiusEnd=0)
    drawn: Spec = (
        bars.encode(
            x=alt.X("month:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="parity", grid=False)),
            y=alt.Y("n:Q", stack="zero", axis=alt.Axis(title=None, tickMinStep=1)),
            color=alt.Color("tone:N", scale=scale, legend=alt.Legend(
                title=None, symbolStrokeColor="var(--line-strong)", symbolStrokeWidth=1)),
            order=alt.Order("order:Q"),
            tooltip=[alt.Tooltip("label:N", title=_("Month")), alt.Tooltip("tone:N", title=_("How it sounds")),
                     alt.Tooltip("n:Q", title=_("Pieces of feedback"))],
        )
        .properties(width="container", height=HEIGHT)
        .to_dict()
    )  # fmt: skip
    drawn.pop("config", None)
    return drawn


def _unit() -> str:
    return _("Pieces of feedback by month, told apart by how they sound")


def _month(one: Heard) -> str:
    year, month = map(int, one.name.split("-"))
    return date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
