"""Plan it: a programme without a channel is carried out by people, from What to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.decisions.care.models import Kind
from dangol.decisions.care.planning import CannotCare, Left, left_to_do, plan_care
from dangol.insight.relationship.positioning.catalogue import programme
from dangol.lib.money import major
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.care.forms import KINDS, PlanForm
from dangol.web.shell.figures import day, people
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

FIRST = 30  # customers proposed, if so many are left
A_MONTH = timedelta(days=30)


@needs(May.RUN_CAMPAIGNS, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def care_plan(request: HttpRequest) -> HttpResponse:
    """Whom, by whom, until when, how many are held out; then a task for each who is not."""
    code = request.GET.get("programme", "")
    left = left_to_do(code, on=clock.day())
    if left is None:
        return render(request, "care/plan.html", {"left": None})
    form = PlanForm(request.POST) if request.method == "POST" else PlanForm(initial=_proposed(code, left))
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            made = plan_care(form.wanted(code), by=viewer(request).user, at=clock.as_of(), today=clock.day())
        except CannotCare as error:
            problem = str(error)
        else:
            toast(request, _("“%(name)s” is planned: everybody in charge finds their tasks on Today.") % {
                "name": made.name
            })  # fmt: skip
            return redirect(f"{reverse('care')}?who=all&plan={made.pk}")
    context: dict[str, Any] = {
        "left": left, "form": form, "problem": problem, "code": code, "most": len(left.due),
        "gift": Kind.GIFT, "currency": clock.home().currency,
        "out": people(left.refused) if left.refused else "",
    }  # fmt: skip
    return render(request, "care/plan.html", context, status=422 if form.errors or problem else 200)


def _proposed(code: str, left: Left) -> dict[str, Any]:
    one, today = programme(code), clock.day()
    return {
        "name": f"{left.row.name}, {day(clock.as_of())}", "kind": KINDS.get(code, Kind.CALL),
        "count": min(FIRST, len(left.due)) or 1, "holdout": round(100 * clock.home().holdout_share),
        "due_on": today + A_MONTH,
        "cost": f"{major(one.cost, clock.home().currency):f}" if one and code == "gift" else "",
    }  # fmt: skip
