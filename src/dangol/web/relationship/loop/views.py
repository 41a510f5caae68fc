"""The loop: evaluation, choice, carrying out, evaluation anew; how often it goes round by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.relationship.loop.actions import set_plan
from dangol.insight.relationship.loop.queries import CarriedOut, Choice, Evaluation, Step, next_day, plan, steps
from dangol.insight.relationship.models import LoopPlan
from dangol.lib.money import major
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.relationship.following.carried import By, carried_out_by
from dangol.web.relationship.positioning.forms import MOST, minor
from dangol.web.shell.figures import decimals, people, percent
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


class PlanForm(forms.Form):
    """How often, and with how much money something is chosen then."""

    every = forms.ChoiceField(label=gettext_lazy("How often it goes round"), choices=LoopPlan.Every.choices)
    budget = forms.DecimalField(label=gettext_lazy("Budget"), min_value=0, max_value=MOST, required=False)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def loop(request: HttpRequest) -> HttpResponse:
    """What stands, when it goes round next, and every step so far."""
    return _page(request, None)


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def loop_set(request: HttpRequest) -> HttpResponse:
    """Let it go round so often from now on."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    told = form.cleaned_data["budget"]
    budget = minor(told) if told is not None else None
    set_plan(every=form.cleaned_data["every"], budget=budget, by=viewer(request).user, at=clock.now())
    return redirect("loop")


def _page(request: HttpRequest, form: PlanForm | None, *, status: int = 200) -> HttpResponse:
    standing, currency = plan(), clock.home().currency
    money = major(standing.budget, currency) if standing and standing.budget is not None else None
    initial = {"every": standing.every if standing else LoopPlan.Every.NEVER, "budget": money}
    found = steps()
    context: dict[str, Any] = {
        "form": form or PlanForm(initial=initial), "standing": standing, "next": next_day(standing),
        "runs": clock.runs(), "currency": currency, "steps": rows(found),
    }  # fmt: skip
    return render(request, "relationship/loop.html", context, status=status)


def rows(found: Sequence[Step]) -> list[dict[str, Any]]:
    """Every step in words, the newest first."""
    behind = carried_out_by(one.source_ref for one in found if isinstance(one, CarriedOut))
    return [_row(one, behind) for one in found]


def _row(one: Step, behind: Mapping[str, By]) -> dict[str, Any]:
    if isinstance(one, CarriedOut):
        return {"one": one, "what": _("Carried out"), "said": "", "by_whom": behind.get(one.source_ref)}
    told = {"one": one, "run": one.run, "by": one.by, "as_of": one.as_of}
    if isinstance(one, Choice):
        return told | {"what": _("Chosen what to do"), "said": _chosen(one)}
    return told | {"what": _("Valued"), "said": _valued(one)}


def _valued(one: Evaluation) -> str:
    if one.balanced is None:
        return _("Nobody could be placed on the map.")
    return _("%(share)s of those on the map are in balance.") % {"share": percent(one.balanced, 1)}


def _chosen(one: Choice) -> str:
    found = _("Something to do was found for %(people)s of the customers.") % {"people": people(one.customers)}
    if one.before is None or one.after is None:
        return found
    told = {"before": decimals(one.before, 1), "after": decimals(one.after, 1)}
    expected = _("Unfairness was expected to go from %(before)s to %(after)s points.") % told
    return f"{found} {expected}"
