"""Who is likely to buy again and who to stay away: how good the forecast was, whom it concerns, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.leaving import queries
from dangol.insight.analysis.leaving.amounts import amount, label
from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE
from dangol.insight.analysis.leaving.queries import AtRisk, Foretold
from dangol.insight.analysis.leaving.settings import CHOICES, LeavingSettings
from dangol.insight.analysis.queries import scores
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.asked import asked_by
from dangol.web.insight.leaving import pictures, tasks, words
from dangol.web.insight.leaving.assumed import Assumed
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

SHOWN = 12


@dataclass(frozen=True)
class Told:
    """A customer at risk with the reasons in words."""

    one: AtRisk
    path: list[str]
    reasons: list[tuple[str, int]]


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def leaving(request: HttpRequest) -> HttpResponse:
    """What was foretold last."""
    found = queries.foretold()
    context: dict[str, Any] = {"found": found, "work": work.look(tasks.KEY), "choices": CHOICES,
               "days": found.days if found else LeavingSettings().days}  # fmt: skip
    if found is None:
        return render(request, "insight/leaving.html", context)
    assumed = Assumed.read(request.GET, found)
    curve = assumed.curve(found)
    mine, by = viewer(request), CHANCE if request.GET.get("by") == "chance" else AT_STAKE
    people = queries.at_risk(found, among=mine.customers, most=SHOWN, by=by)
    mine.saw(one.customer.pk for one in people)
    context |= {
        "finding": words.finding(found), "good": words.good(found), "warnings": words.warnings(found),
        "why": words.why_chosen(found), "learners": _learners(found), "reliability": pictures.reliability(found),
        "branches": list(pictures.branches(found)), "assumed": assumed, "curve": curve,
        "profit": pictures.profit(found, curve, assumed), "people": [_told(one) for one in people], "by": by,
        "cut": _cut(found, curve.best.risk) if curve.best else None, "reviews": found.reviews,
        "asked_by": asked_by(found.run),
    }  # fmt: skip
    return render(request, "insight/leaving.html", context)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def leaving_look(request: HttpRequest) -> HttpResponse:
    """Learn, judge and foretell anew, beside the pages."""
    asked = request.POST.get("days", "")
    days = int(asked) if asked in map(str, CHOICES) else LeavingSettings().days
    work.start(tasks.KEY, tasks.look, days, request.user.pk, speaks())
    return redirect("insight_leaving")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def leaving_work(request: HttpRequest) -> HttpResponse:
    """How the work stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/leaving_work.html", work.look(tasks.KEY))


def _learners(found: Foretold) -> list[tuple[str, object, bool]]:
    return [(str(words.LEARNERS[name]), one, name == found.chosen) for name, one in found.qualities.items()]


def _told(one: AtRisk) -> Told:
    reasons = [(f"{label(why.thing)}: {amount(why.thing, why.fact)}", round(why.change * 100)) for why in one.reasons]
    return Told(one, [words.condition(step) for step in one.path], reasons)


def _cut(found: Foretold, risk: float) -> dict[str, object]:
    """How many customers of now lie beyond the cut-off, and where the list shows them."""
    chance = 1 - risk
    people = scores(found.run, names=[CHANCE]).filter(text="", value__lte=chance).count()
    return {
        "people": people,
        "risk": risk,
        "address": f"{CHANCE}=..{chance:.6f}&sort={CHANCE}",
        "plan": f"back_high={100 * chance:.4f}",
    }
