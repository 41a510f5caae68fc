"""Panels: which there are, who is in one, its sessions, and the steps by which somebody came and went."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.decisions.care import panels
from dangol.decisions.care.models import Panel, PanelSession, PanelStep
from dangol.lib.errors import DangolError
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.care.forms import JoinForm, PanelForm, SessionForm
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

NOW_IN = PanelStep.Kind.JOINED


@needs(May.SEE_CUSTOMERS)
@require_safe
def care_panels(request: HttpRequest) -> HttpResponse:
    """Every panel, with how many are in it."""
    return _panels(request, PanelForm(initial={"since": clock.day()}))


@require_POST
@needs(May.WRITE_NOTES)
def care_panel_open(request: HttpRequest) -> HttpResponse:
    """Open a panel."""
    form = PanelForm(request.POST)
    if form.is_valid():
        try:
            made = panels.open_panel(**form.cleaned_data, by=viewer(request).user, at=clock.as_of(), today=clock.day())
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("care_panel", made.pk)
    return _panels(request, form, status=422)


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def care_panel(request: HttpRequest, panel_id: int) -> HttpResponse:
    """Who is in a panel and who was, as far as the viewer sees them, and its sessions."""
    return _panel(request, get_object_or_404(Panel, pk=panel_id), SessionForm(initial={"on": clock.day()}))


@needs(May.WRITE_NOTES, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def care_join(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Somebody is invited to a panel, joins or leaves it."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    begin = {"on": clock.day(), "kind": NOW_IN}
    form = JoinForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            panels.step(
                told["panel"], person, kind=told["kind"], on=told["on"], reason=told["reason"], by=mine.user,
                at=clock.as_of(), today=clock.day(),
            )  # fmt: skip
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            mine.note(Verb.CHANGED)
            toast(request, _("It is written down."))
            return redirect("care_panel", told["panel"].pk)
    context = {"customer": person, "form": form, "any": Panel.objects.exists(), "stands": panels.panels_of(person.pk)}
    return render(request, "care/join.html", context, status=422 if form.errors else 200)


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def care_session(request: HttpRequest, panel_id: int) -> HttpResponse:
    """Write a session down."""
    mine, panel = viewer(request), get_object_or_404(Panel, pk=panel_id)
    form = SessionForm(request.POST)
    who = [int(one) for one in request.POST.getlist("who") if one.isdecimal() and len(one) < 19]
    if form.is_valid():
        try:
            panels.hold_session(
                panel, panels.Session(**form.cleaned_data, who=who), scope=mine.scope, by=mine.user, at=clock.as_of(),
                today=clock.day(),
            )  # fmt: skip
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            mine.saw(who)
            mine.note(Verb.CHANGED)
            toast(request, _("The session is written down."))
            return redirect("care_panel", panel.pk)
    return _panel(request, panel, form, who=who, status=422)


@require_POST
@needs(May.WRITE_NOTES, whole=True, personal=True)
def care_session_back(request: HttpRequest, session_id: int) -> HttpResponse:
    """A session was written down by a slip."""
    mine, session = viewer(request), session_or_404(session_id)
    mine.saw(one for each, who in panels.sessions_of(session.panel) if each.pk == session.pk for one in who)
    panels.unsay_session(session, by=mine.user, at=clock.as_of(), today=clock.day())
    mine.note(Verb.CHANGED)
    toast(request, _("The session is gone, and with it that anybody took part."))
    return redirect("care_panel", session.panel_id)


def session_or_404(session_id: int) -> PanelSession:
    """The session of this number."""
    found = PanelSession.objects.filter(pk=session_id).select_related("panel").first()
    if found is None:
        raise Http404(session_id)
    return found


def _panels(request: HttpRequest, form: PanelForm, *, status: int = 200) -> HttpResponse:
    found = list(panels.panels())
    inside = panels.joined(found)
    rows = [(one, inside.get(one.pk, 0)) for one in found]
    return render(request, "care/panels.html", {"rows": rows, "form": form}, status=status)


def _panel(
    request: HttpRequest, panel: Panel, form: SessionForm, *, who: list[int] | None = None, status: int = 200
) -> HttpResponse:
    mine = viewer(request)
    roster = panels.roster(panel, mine.scope)
    people: dict[int, Customer] = {one.customer.pk: one.customer for one in roster}
    mine.saw(people)
    sessions = [
        (one, [people[each] for each in took_part if each in people], len(took_part))
        for one, took_part in panels.sessions_of(panel)
    ]
    context: dict[str, Any] = {
        "panel": panel, "roster": roster, "inside": [one for one in roster if one.last.kind == NOW_IN],
        "sessions": sessions, "form": form, "who": who or [], "today": clock.day(),
    }  # fmt: skip
    return render(request, "care/panel.html", context, status=status)
