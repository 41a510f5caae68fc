"""Two pictures: what was foreseen week by week against what came, and by how often customers had bought."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.rhythm.queries import Line, Rhythm, rhythm_of
from dangol.insight.analysis.rhythm.tracking import GROUPS
from dangol.lib.languages import speaks
from dangol.web.insight.downloads import downloads
from dangol.web.insight.rhythm import words
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import count, decimals, people
from dangol.web.shell.said import span

type Spec = dict[str, Any]

HEIGHT = 300


def picture(run: Run, name: str, query: QueryDict) -> Chart | None:
    """One picture of a run by its name, of the line asked for; None where there is none."""
    found = rhythm_of(run)
    line = found.of(query.get("line", ""))
    return PICTURES[name](found, line) if line and line.choice and name in PICTURES else None


def tracking(found: Rhythm, line: Line) -> Chart:
    """Purchases added up by week, foreseen and come, the weeks held back shaded."""
    chosen = line.chosen
    total = chosen.errors.total if chosen and chosen.errors else 0.0
    names = {"foreseen": count(total), "came": count(line.actual), "weeks": found.weeks}
    return Chart(
        name="tracking",
        finding=_("%(foreseen)s purchases were foreseen for the %(weeks)s weeks held back; %(came)s came") % names,
        unit=_("Repeat purchases a week of %(people)s customers. The model saw nothing of the shaded weeks.")
        % {"people": people(line.known)},
        spec=_tracking_spec(found, line),
        alt=_("Two lines of purchases a week: as they came, and as the model expects them."),
        provenance=_provenance(found, line),
        table=Table(
            [_("Week until"), _("Came"), _("Expected")],
            [[day, count(came), "" if expected is None else count(expected)] for day, came, expected in by_week(line)],
            frozenset({1, 2}),
        ),
        downloads=downloads("rhythm", found.run, "tracking", line=line.line),
    )


def frequency(found: Rhythm, line: Line) -> Chart:
    """Means by how often customers had bought again."""
    sure = [one for one in line.often if one.low is not None]
    off = [one for one in sure if not (one.low or 0) <= one.expected <= (one.high or 0)]
    finding = (
        _("The model is right for rare and for frequent buyers, as far as chance lets one see")
        if not off
        else _("For %(groups)s of %(all)s groups of customers the model is off by more than chance")
        % {"groups": len(off), "all": len(sure)}
    )
    return Chart(
        name="frequency",
        finding=finding,
        unit=_("Mean purchases a customer in the %(weeks)s weeks held back, by repeat purchases before; lines: 95%%.")
        % {"weeks": found.weeks},
        spec=_frequency_spec(line),
        alt=_("Mean purchases by how often customers had bought again before, as they came and as expected."),
        provenance=_provenance(found, line),
        table=Table(
            [_("Repeat purchases before"), _("Customers"), _("Came"), _("95% interval"), _("Expected")],
            [[_label(one.x), count(one.customers), decimals(one.actual),
              "" if one.low is None else span(decimals(one.low), decimals(one.high or 0)), decimals(one.expected)]
             for one in line.often],
            frozenset({1, 2, 3, 4}),
        ),
        downloads=downloads("rhythm", found.run, "frequency", line=line.line),
    )  # fmt: skip


PICTURES = {"tracking": tracking, "frequency": frequency}


def by_week(line: Line) -> list[tuple[str, int, float | None]]:
    """The last day of each whole week, the purchases that came in it, and those expected, None where nothing was."""
    return [
        (
            now.day,
            now.actual - before.actual,
            None if now.expected is None or before.expected is None else round(now.expected - before.expected, 1),
        )
        for before, now in pairwise(line.weeks)
    ]


def _tracking_spec(found: Rhythm, line: Line) -> Spec:
    came, expected = _series()
    spec = deepcopy(_tracking_drawn(speaks()))
    spec["datasets"] = {
        "weeks": [
            {"day": day, "n": n, "of": of}
            for day, *both in by_week(line) for of, n in zip((came, expected), both, strict=True) if n is not None
        ],
        "held": [{"since": found.cut_off.isoformat(), "until": found.until.isoformat()}],
    }  # fmt: skip
    return spec


def _frequency_spec(line: Line) -> Spec:
    came, expected = _series()
    spec = deepcopy(_frequency_drawn(speaks()))
    spec["datasets"] = {
        "means": [{"x": _label(one.x), "n": round(one.actual, 3), "of": came} for one in line.often]
        + [{"x": _label(one.x), "n": round(one.expected, 3), "of": expected} for one in line.often],
        "intervals": [
            {"x": _label(one.x), "low": one.low, "high": one.high} for one in line.often if one.low is not None
        ],
    }  # fmt: skip
    return spec


@cache
def _tracking_drawn(language: str) -> Spec:
    """The layers without their numbers, made once for each language."""
    import altair as alt

    x = alt.X("day:T", axis=alt.Axis(title=None, format="%y-%m"))
    y = alt.Y("n:Q", axis=alt.Axis(title=None))
    held = alt.Chart(alt.NamedData("held")).mark_rect(color="var(--band)", tooltip=None)
    lines = alt.Chart(alt.NamedData("weeks")).mark_line()
    return _spec(
        held.encode(x=alt.X("since:T"), x2="until:T"),
        lines.encode(x=x, y=y, color=_colour(alt), strokeDash=_dash(alt), tooltip=_tips(alt, "day:T", _("Week until"))),
    )


@cache
def _frequency_drawn(language: str) -> Spec:
    """The layers without their numbers, made once for each language."""
    import altair as alt

    names = [_label(x) for x in GROUPS]
    x = alt.X("x:O", sort=names, axis=alt.Axis(title=_("Repeat purchases before"), labelAngle=0))
    y = alt.Y("n:Q", axis=alt.Axis(title=None))
    ranges = alt.Chart(alt.NamedData("intervals")).mark_rule(color="var(--ink-2)", strokeWidth=2, tooltip=None)
    dots = alt.Chart(alt.NamedData("means")).mark_point(size=70, strokeWidth=2)
    shape = alt.Shape("of:N", scale=alt.Scale(domain=list(_series()), range=["circle", "diamond"]), legend=_legend(alt))
    return _spec(
        ranges.encode(x=x, y=alt.Y("low:Q", axis=alt.Axis(title=None)), y2="high:Q"),
        dots.encode(x=x, y=y, color=_colour(alt), shape=shape, tooltip=_tips(alt, "x:N", _("Repeat purchases before"))),
    )


def _spec(*layers: Any) -> Spec:
    import altair as alt

    spec: Spec = alt.layer(*layers).properties(width="container", height=HEIGHT).to_dict()
    spec.pop("config", None)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def _series() -> tuple[str, str]:
    return _("Came"), _("Expected")


def _colour(alt: Any) -> Any:
    scale = alt.Scale(domain=list(_series()), range=["var(--ink)", "var(--r1)"])
    return alt.Color("of:N", scale=scale, legend=_legend(alt))


def _dash(alt: Any) -> Any:
    scale = alt.Scale(domain=list(_series()), range=[[1, 0], [6, 4]])
    return alt.StrokeDash("of:N", scale=scale, legend=_legend(alt))


def _legend(alt: Any) -> Any:
    return alt.Legend(title=None)


def _tips(alt: Any, first: str, title: str) -> list[Any]:
    return [alt.Tooltip(first, title=title), alt.Tooltip("of:N", title=" "), alt.Tooltip("n:Q", title=_("Purchases"))]


def _label(x: int) -> str:
    """A group of GROUPS by its least number: 2, 3–4, 40+."""
    after = next((least for least in GROUPS if least > x), None)
    return f"{x}+" if after is None else str(x) if after == x + 1 else f"{x}–{after - 1}"


def _provenance(found: Rhythm, line: Line) -> list[str]:
    chosen = line.chosen
    return [
        _("As of %(day)s") % {"day": date_format(found.until, "DATE_FORMAT")},
        words.model_name(chosen.name) if chosen else "",
        _("Run %(number)s") % {"number": found.run.pk},
    ]
