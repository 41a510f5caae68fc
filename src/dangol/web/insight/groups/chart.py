"""The profile of each group as a picture: its letter on a line for each habit, left of everybody's middle or right."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.groups.words import group_name
from dangol.insight.analysis.models import Run
from dangol.web.insight.downloads import downloads
from dangol.web.insight.groups.told import FEATURES, LETTERS
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import decimals, people

type Spec = dict[str, Any]

ROW = 52  # pixels


def chart(run: Run) -> Chart | None:
    """The frame around the picture; None where no groups were found."""
    found = run.summary["found"]
    if not found["groups"]:
        return None
    rows = [
        {"habit": str(FEATURES[name]), "letter": LETTERS[number], "at": one["profile"][place],
         "group": group_name(one["code"])}
        for number, one in enumerate(found["groups"]) for place, name in enumerate(found["features"])
    ]  # fmt: skip
    return Chart(
        name="profiles",
        finding=_("What sets the groups apart"),
        unit=_("In standard deviations from everybody’s middle, which is the line at 0. One letter a group."),
        spec=_spec(rows, [str(FEATURES[name]) for name in found["features"]]),
        provenance=[
            _("%(people)s with a purchase in the last year") % {"people": people(found["customers"])},
            _("As of %(day)s.") % {"day": date_format(localtime(run.as_of), "DATE_FORMAT")},
        ],
        table=_table(found),
        downloads=downloads("groups", run, "profiles"),
    )


def picture(run: Run, name: str, _query: QueryDict) -> Chart | None:
    """The picture of a run by its name."""
    return chart(run) if name == "profiles" else None


def _table(found: dict[str, Any]) -> Table:
    columns = [_("Groups"), *(str(FEATURES[name]) for name in found["features"])]
    rows = [
        [f"{LETTERS[number]} · {group_name(one['code'])}", *(decimals(value, 1) for value in one["profile"])]
        for number, one in enumerate(found["groups"])
    ]
    return Table(columns, rows, frozenset(range(1, len(columns))))


def _spec(rows: list[Spec], habits: list[str]) -> Spec:
    import altair as alt

    people_ = alt.Chart(alt.NamedData("profiles"))
    edge = max(1.0, *(abs(row["at"]) for row in rows)) * 1.15
    x = alt.X("at:Q", scale=alt.Scale(domain=[-edge, edge], nice=False), axis=alt.Axis(title=None, grid=True))
    y = alt.Y("habit:N", sort=habits, axis=alt.Axis(title=None, labelLimit=160))
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(color="var(--ink)", strokeWidth=1.25).encode(x="at:Q")
    halo = people_.mark_text(
        fontSize=17, fontWeight=700, stroke="var(--surface)", strokeWidth=5, color="var(--surface)"
    )
    letters = people_.mark_text(fontSize=17, fontWeight=700, color="var(--ink)").encode(
        x=x, y=y, text="letter:N", tooltip=["group:N"]
    )
    layers = alt.layer(zero, halo.encode(x=x, y=y, text="letter:N"), letters)
    spec: Spec = layers.properties(width="container", height=ROW * len(habits)).to_dict()
    spec.pop("config", None)
    spec["datasets"] = {"profiles": rows, "zero": [{"at": 0}]}
    return spec
