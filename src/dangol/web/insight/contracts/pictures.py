"""Two pictures: which part of contracts still runs after so many months, and how far what was said came true."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.analysis.contracts.queries import Found, Tried, found_of
from dangol.insight.analysis.models import Run
from dangol.web.insight.contracts import words
from dangol.web.insight.downloads import downloads
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, percent
from dangol.web.shell.said import span

HEIGHT = 300
HUNDRED = {"domain": [0, 100], "nice": False}


def picture(run: Run, name: str, _query: QueryDict) -> Chart | None:
    """One picture of a run by its name; None where there is none."""
    return PICTURES[name](found_of(run)) if name in PICTURES else None


def lasting(found: Found) -> Chart:
    """The part still running by months, with its interval."""
    whole = found.whole
    return Chart(
        name="lasting",
        finding=words.verdict(whole),
        unit=_("Share of %(contracts)s contracts that still run after so many months, %%; the band holds 95%%.")
        % {"contracts": count(whole.contracts)},
        spec=_lasting_spec(found),
        alt=_("A line that falls from all contracts at the beginning to the part that still runs after each month."),
        provenance=[
            _("As of %(day)s") % {"day": date_format(found.until, "DATE_FORMAT")}, "Kaplan–Meier",
            _("Run %(number)s") % {"number": found.run.pk},
        ],
        table=Table(
            [_("Months"), _("Still run"), _("95% interval"), _("Contracts seen")],
            [[one.month, percent(one.stay, 1), span(percent(one.low, 1), percent(one.high, 1)), count(one.seen)]
             for one in whole.points],
            frozenset({0, 1, 2, 3}),
        ),
        downloads=downloads("contracts", found.run, "lasting"),
    )  # fmt: skip


def calibration(found: Found) -> Chart | None:
    """The chance said against the part that stayed, by groups; None where no model was tested."""
    test = found.test
    taken = test.taken if test else None
    if test is None or taken is None or not taken.groups:
        return None
    off = [one for one in taken.groups if not one.low <= one.expected <= one.high]
    finding = (
        _("What was said of contracts came true, as far as chance lets one see")
        if not off
        else _("For %(groups)s of %(all)s groups of contracts the model is off by more than chance")
        % {"groups": len(off), "all": len(taken.groups)}
    )
    return Chart(
        name="calibration",
        finding=finding,
        unit=_("Chance to run for %(months)s more months, %%, against the part that did; lines: 95%%.")
        % {"months": test.months},
        spec=_calibration_spec(taken),
        alt=_("Groups of contracts by the chance that was said of them, and the part that still ran afterwards."),
        provenance=[
            date_format(test.cut_off, "DATE_FORMAT"), words.TITLES[taken.name],
            _("Run %(number)s") % {"number": found.run.pk},
        ],
        table=Table(
            [_("Contracts"), _("Said"), _("Still ran"), _("95% interval")],
            [[count(one.customers), percent(one.expected, 1), percent(one.seen, 1),
              span(percent(one.low, 1), percent(one.high, 1))] for one in taken.groups],
            frozenset({0, 1, 2, 3}),
        ),
        downloads=downloads("contracts", found.run, "calibration"),
    )  # fmt: skip


PICTURES: Mapping[str, Callable[[Found], Chart | None]] = {"lasting": lasting, "calibration": calibration}


def _lasting_spec(found: Found) -> Spec:
    points = [
        {"month": one.month, "stay": _hundred(one.stay), "low": _hundred(one.low), "high": _hundred(one.high),
         "n": one.seen}
        for one in found.whole.points
    ]  # fmt: skip
    x = {"field": "month", "type": "quantitative", "axis": {"title": _("Months"), "tickMinStep": 1}}
    y = {"type": "quantitative", "scale": HUNDRED, "axis": {"title": "%"}}
    tips = [
        {"field": "month", "title": _("Months")}, {"field": "stay", "title": _("Still run") + " (%)"},
        {"field": "low", "title": _("at least") + " (%)"}, {"field": "high", "title": _("at most") + " (%)"},
        {"field": "n", "title": _("Contracts seen")},
    ]  # fmt: skip
    half: list[Spec] = [{"at": 50}]
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": points},
        "layer": [
            {"mark": {"type": "area", "color": "var(--r1)", "opacity": 0.2, "tooltip": None, "interpolate": "monotone"},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"data": {"values": half},
             "mark": {"type": "rule", "color": "var(--line-strong)", "strokeDash": [4, 4], "tooltip": None},
             "encoding": {"y": {**y, "field": "at"}}},
            {"mark": {"type": "line", "color": "var(--r1)", "interpolate": "monotone"},
             "encoding": {"x": x, "y": {**y, "field": "stay"}}},
            {"mark": {"type": "point", "color": "var(--r1)", "size": 18},
             "encoding": {"x": x, "y": {**y, "field": "stay"}, "tooltip": tips}},
        ],
    }  # fmt: skip


def _calibration_spec(taken: Tried) -> Spec:
    groups = [
        {"said": _hundred(one.expected), "came": _hundred(one.seen), "low": _hundred(one.low),
         "high": _hundred(one.high), "n": one.customers}
        for one in taken.groups
    ]  # fmt: skip
    x = {"field": "said", "type": "quantitative", "scale": HUNDRED, "axis": {"title": _("Said (%)") + " →"}}
    y = {"type": "quantitative", "scale": HUNDRED, "axis": {"title": _("Still ran (%)")}}
    tips = [
        {"field": "said", "title": _("Said (%)")}, {"field": "came", "title": _("Still ran (%)")},
        {"field": "n", "title": _("Contracts")},
    ]  # fmt: skip
    return {
        "width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": groups},
        "layer": [
            {"data": {"values": [{"said": 0, "came": 0}, {"said": 100, "came": 100}]},
             "mark": {"type": "line", "color": "var(--line-strong)", "strokeDash": [4, 4], "strokeWidth": 1.25,
                      "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "came"}}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeWidth": 2, "tooltip": None},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "color": "var(--r1)", "size": 70},
             "encoding": {"x": x, "y": {**y, "field": "came"}, "tooltip": tips}},
        ],
    }  # fmt: skip


def _hundred(share: float) -> float:
    return round(share * 100, 1)
