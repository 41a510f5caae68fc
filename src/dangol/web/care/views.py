"""Care tasks: everybody's or mine, one written down, what became of it, taken back, handed over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.decisions.care import actions, queries
from dangol.decisions.care.models import CareStep, CareTask
from dangol.decisions.care.panels import panels
from dangol.decisions.care.planning import carers, may_care
from dangol.lib.errors import DangolError
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.care import words
from dangol.web.care.forms import GiveForm, OutcomeForm, TaskForm, heard_choices
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer

PAGE = 50
A_WEEK = timedelta(days=7)
MINE, ALL, OPEN, ENDED = "mine", "all", "open", "ended"


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """The tasks for customers the viewer sees: theirs or everybody's, open or ended, those to be done first on top."""
    return page(request)


@needs(May.WRITE_NOTES, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def care_new(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A single task for one customer, without a plan."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    begin = {"owner": mine.user.pk, "due_on": clock.day() + A_WEEK}
    form = TaskForm(person, request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_task(person, **form.told, by=mine.user, at=clock.as_of(), today=clock.day())
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            mine.note(Verb.CHANGED)
            toast(request, _("The task is written down."))
            return redirect("customer", person.pk)
    return render(request, "care/new.html", {"customer": person, "form": form}, status=422 if form.errors else 200)


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def care_settle(request: HttpRequest, task_id: int) -> HttpResponse:
    """Say what became of a task."""
    mine, task = viewer(request), task_or_404(request, task_id)
    form = OutcomeForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.CannotTask(_("Say what became of it; minutes and worth are numbers."))
        step = actions.settle(task, form.told, by=mine.user, at=clock.as_of(), today=clock.day())
    except DangolError as problem:
        return page(request, problem=str(problem), status=422)
    mine.note(Verb.CHANGED)
    said = step.get_kind_display()
    undo = "" if step.kind == CareStep.Kind.NOT_REACHED else reverse("care_back", args=[task.pk])
    toast(request, _("%(task)s: %(outcome)s.") % {"task": task.get_kind_display(), "outcome": said}, undo=undo)
    return redirect(_back(request))


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def care_back(request: HttpRequest, task_id: int) -> HttpResponse:
    """What was said of a task was a slip: it is open again, and the contact is gone."""
    mine, task = viewer(request), task_or_404(request, task_id)
    try:
        actions.take_back(task, by=mine.user, at=clock.as_of(), today=clock.day())
    except DangolError as problem:
        toast(request, str(problem))
    else:
        mine.note(Verb.CHANGED)
        toast(request, _("The task is open again."))
    return redirect(_back(request))


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def care_give(request: HttpRequest, task_id: int) -> HttpResponse:
    """Hand an open task over."""
    mine, task = viewer(request), task_or_404(request, task_id)
    form = GiveForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.CannotTask(_("Choose who does it: somebody who works here and may write about customers."))
        actions.hand_over(task, **form.cleaned_data, by=mine.user, at=clock.as_of(), today=clock.day())
    except DangolError as problem:
        return page(request, problem=str(problem), status=422)
    mine.note(Verb.CHANGED)
    toast(request, _("It is given to %(name)s.") % {"name": form.cleaned_data["owner"]})
    return redirect(_back(request))


def task_or_404(request: HttpRequest, task_id: int) -> CareTask:
    """The task, if the viewer sees its customer."""
    mine = viewer(request)
    found = queries.tasks_seen(mine.scope).filter(pk=task_id).first()
    if found is None:
        raise Http404(task_id)
    mine.saw([found.identity.customer_id])
    return found


def page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The list, as its address asks for it."""
    mine, today, asked = viewer(request), clock.day(), request.GET
    who = asked.get("who", MINE if may_care(mine.user) else ALL)
    who, show = who if who in {MINE, ALL} else ALL, ENDED if asked.get("show") == ENDED else OPEN
    plans = queries.plans() if mine.scope.whole and mine.may(May.SEE_VALUES) else []
    plan = next((one for one in plans if str(one.plan.pk) == asked.get("plan")), None)
    seen = queries.tasks_seen(mine.scope)
    seen = seen.filter(plan=plan.plan) if plan else seen
    counts = _counts(seen, mine)
    chosen = seen.filter(owner=mine.user) if who == MINE else seen
    chosen = chosen.filter(state=CareTask.State.OPEN) if show == OPEN else chosen.exclude(state=CareTask.State.OPEN)
    number = max(1, int(asked["page"])) if asked.get("page", "").isdecimal() and len(asked["page"]) < 7 else 1
    ordered = chosen if show == OPEN else chosen.order_by("-due_on", "-pk")
    found = list(ordered[(number - 1) * PAGE : number * PAGE + 1])
    rows = words.shown(found[:PAGE], mine, at=clock.as_of(), today=today)
    mine.saw(one.task.identity.customer_id for one in rows)
    context: dict[str, Any] = {
        "rows": rows, "who": who, "show": show, "plan": plan, "page": number, "further": len(found) > PAGE,
        "counts": counts, "carers": carers() if mine.may(May.WRITE_NOTES) else [], "heard": heard_choices(),
        "panels": list(panels()),
        "plans": plans, "problem": problem, "today": today,
    }  # fmt: skip
    return render(request, "care/list.html", context, status=status)


def _counts(seen: Any, mine: Viewer) -> Counter[str]:
    found: Counter[str] = Counter()
    for owner, number in seen.filter(state=CareTask.State.OPEN).order_by().values_list("owner").annotate(n=Count("pk")):
        found[ALL] += number
        found[MINE] += number if owner == mine.user.pk else 0
    return found


def _back(request: HttpRequest) -> str:
    """The page the form stood on."""
    came = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if here else reverse("care")
