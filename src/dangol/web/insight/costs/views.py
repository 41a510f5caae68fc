"""The page What customers cost: what was spent by channel and purpose, what it is for each, and each cost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.decisions.campaigns.queries import launched
from dangol.insight.analysis.acquiring import AMOUNTS, FIGURES, Costs, costs_of
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import behind
from dangol.insight.warehouse.versions import NoLake
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.ledger import costs as ledger
from dangol.records.ledger.models import Cost, CostTakenBack, Purpose
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.costs import forms, tasks, words
from dangol.web.insight.costs.measured import measured
from dangol.web.insight.cube.answering import once
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.periods import span_of
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

SHOWN = 10  # entries at a time: on a telephone the form stands below them
TABLES = (Cost._meta.db_table, CostTakenBack._meta.db_table)


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def insight_costs(request: HttpRequest) -> HttpResponse:
    """What customers cost in the time that is looked at, and what was entered."""
    return render(request, "insight/costs.html", _context(request, forms.CostForm(initial=_initial())))


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def insight_costs_enter(request: HttpRequest) -> HttpResponse:
    """Write a cost down, and count it beside the pages."""
    form = forms.CostForm(request.POST)
    if form.is_valid():
        try:
            entry = enter(form.told, mine=viewer(request), mark=request.POST.get("mark", ""))
        except ledger.CannotSpend as problem:
            form.add_error(None, str(problem))
        else:
            undo = reverse("insight_costs_back", args=[ledger.first_of(entry).pk])
            toast(request, _("It is entered."), undo=undo)
            return redirect("insight_costs")
    return render(request, "insight/costs.html", _context(request, form), status=422)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def insight_costs_back(request: HttpRequest, cost_id: int) -> HttpResponse:
    """A cost counts no more; it stays on record."""
    try:
        take_back(get_object_or_404(Cost, pk=cost_id), mine=viewer(request))
    except ledger.CannotSpend as problem:
        toast(request, str(problem))
    else:
        toast(request, _("It counts no more."))
    return redirect("insight_costs")


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_costs_count(request: HttpRequest) -> HttpResponse:
    """Bring the numbers up to what was entered, beside the pages."""
    count()
    return redirect("insight_costs")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def insight_costs_work(request: HttpRequest) -> HttpResponse:
    """How the counting stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/costs_work.html", work.look(tasks.KEY))


def enter(told: ledger.Spent, *, mine: Viewer, mark: str = "") -> str:
    """Write a cost down in the home's currency and have it counted; its entry. Raises CannotSpend."""
    home = clock.home()
    entry = ledger.spend(
        told, currency=home.currency, zone=home.time_zone, by=mine.user, today=forms.today(), at=clock.now(), mark=mark
    )
    count()
    return entry


def take_back(cost: Cost, *, mine: Viewer) -> None:
    """Say that a cost counts no more and have that counted. Raises CannotSpend."""
    ledger.take_back(cost, by=mine.user, at=clock.now())
    count()


def count() -> None:
    """Begin to bring the warehouse up to the records, unless that is under way."""
    work.start(tasks.KEY, tasks.count, speaks())


def asked_for(time: str, mine: Viewer) -> Costs | None:
    """The costs of a time as the viewer sees them; None while they are worked out. Raises NoLake."""
    span = span_of(time, clock.day())
    known = lake()
    if not known.holds("costs"):  # a version that was written before costs were thought of
        raise NoLake
    return once(
        ("costs", span.since, span.until),
        lambda: costs_of(lake(), since=span.since, until=span.until, scope=mine.scope),
        scope=mine.scope,
    )


def _initial() -> dict[str, Any]:
    return {"since": clock.day(), "purpose": Purpose.WIN}


def _context(request: HttpRequest, form: forms.CostForm) -> dict[str, Any]:
    mine, time = viewer(request), forms.time_of(request.GET.get("period", ""))
    first = max(int(told), 0) if (told := request.GET.get("from", "")).isascii() and told.isdigit() else 0
    number = ledger.how_many()
    context: dict[str, Any] = {
        "form": form, "mark": ledger.new_mark(), "channels": ledger.channels(), "times": forms.TIMES.items(),
        "time": time, "may_enter": mine.may(May.RUN_CAMPAIGNS), "work": work.look(tasks.KEY), "number": number,
        "entries": ledger.entries(first, SHOWN), "first": first, "behind": behind(*TABLES),
        "earlier": first + SHOWN if first + SHOWN < number else None, "later": max(first - SHOWN, 0) if first else None,
        "measured": measured(), "names": _names(),
    }  # fmt: skip
    try:
        found = asked_for(time, mine)
    except NoLake:
        return context
    except DangolError as problem:
        return context | {"problem": problem}
    if found is None:
        return context | {"waiting": True}
    return context | {
        "costs": found, "sentences": words.sentences(found) if found.total.total else [],
        "sides": [(one, words.label(one.purpose), words.why_not(one)) for one in found.sides],
        "cube": Asked(AMOUNTS, ("cost_channel",), period=time).address(),
        "cube_months": Asked(tuple(figures[-1] for figures in FIGURES.values()), ("month",), period=time).address(),
    }  # fmt: skip


def _names() -> dict[str, str]:
    """The campaigns that costs were entered on, by their marks."""
    return {one.source_ref: one.name for one in launched(called=ledger.campaigns_spent_on())}
