"""Movement: the page, working out past months, the customers of a cell, the matter of those left short."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.relationship.models import Imbalance
from dangol.insight.relationship.movement import imbalance as matters
from dangol.insight.relationship.movement import queries
from dangol.insight.relationship.movement.actions import LONGEST, MOST
from dangol.insight.relationship.movement.moves import STATES
from dangol.lib.errors import WrongUse
from dangol.lib.languages import speaks
from dangol.records.staff.models import User
from dangol.records.staff.roles import May, bundle
from dangol.web import clock
from dangol.web.campaigns.choice import Choice
from dangol.web.relationship import chart
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.relationship.movement import grid, pictures, tasks, then, words
from dangol.web.relationship.movement.asked import Asked
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

PAGE = 50
CAMPAIGNS = 3


class MonthsForm(forms.Form):
    """How many months back."""

    months = forms.IntegerField(label=_("Months back"), required=False, min_value=1, max_value=LONGEST)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def movement(request: HttpRequest) -> HttpResponse:
    """Who moved where between two months, and how it went over the last year."""
    return _page(request, MonthsForm())


@require_POST
@needs(May.SEE_VALUES, whole=True)
def movement_work_out(request: HttpRequest) -> HttpResponse:
    """Work out the past months that are missing, beside the pages."""
    form = MonthsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    work.start(tasks.KEY, tasks.ask, form.cleaned_data["months"] or MOST, request.user.pk, speaks())
    return redirect("movement")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def movement_work(request: HttpRequest) -> HttpResponse:
    """How the working out stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/movement_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def movement_file(request: HttpRequest, chart: str, kind: str) -> HttpResponse:
    """A picture, or its numbers, as a file."""
    there = queries.history()
    if chart not in pictures.PICTURES or not there.snapshots:
        raise Http404(chart)
    return file_answer(pictures.PICTURES[chart](there), kind, f"movement-{chart}-{there.snapshots[-1].month:%Y-%m}")


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def movement_who(request: HttpRequest) -> HttpResponse:
    """The customers of one cell of the matrix, or those left short, with both their places."""
    asked, short = Asked.read(request.GET), _number(request.GET.get("short", "0"))
    between = get_object_or_404(Imbalance, pk=short).movement if "short" in request.GET else asked.found
    if between is None:
        raise Http404("movement")
    was, became = request.GET.get("was", ""), request.GET.get("became", "")
    if "short" in request.GET:
        found = queries.left_short(between.earlier, between.later)
        title = str(_("Of high equity and newly given too little"))
    elif was in STATES and became in STATES:
        found = queries.moved(between.earlier, between.later, was, became)
        title = f"{words.state(was, earlier=True)} → {words.state(became, earlier=False)}"
    else:
        raise Http404("movement")
    number = _number(request.GET.get("page", ""))
    ids = list(found.values_list("customer", flat=True)[(number - 1) * PAGE : number * PAGE + 1])
    rows = list(queries.both_places(ids[:PAGE], between.earlier, between.later).filter(erased_at=None))
    viewer(request).saw(one.pk for one in rows)
    context: dict[str, Any] = {
        "asked": asked, "title": title, "rows": rows, "page": number,
        "further": len(ids) > PAGE, "earlier": words.month_name(between.earlier.month),
        "later": words.month_name(between.later.month), "run": between.later.run,
    }  # fmt: skip
    return render(request, "relationship/movement_who.html", context)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def map_then_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The map of a month, or its numbers, as a file."""
    asked, lines = Asked.read(request.GET), Choice.read(request.GET).lines
    if asked.later is None:
        raise Http404(kind)
    line = lines[0] if len(lines) == 1 else ""
    drawn = then.drawn(asked, line=line, side=chart.FILE_SIDE)
    if drawn and kind == "csv":
        drawn = replace(drawn, table=then.numbers(asked, line=line))
    return file_answer(drawn, kind, f"map-{asked.later.month:%Y-%m}")


@require_POST
@needs(May.SEE_VALUES, whole=True)
def imbalance_give(request: HttpRequest, imbalance_id: int) -> HttpResponse:
    """Give those left short to somebody, to be done by a day."""
    matter = get_object_or_404(Imbalance, pk=imbalance_id)
    form = GiveForm(request.POST)
    form.is_valid()
    told = form.cleaned_data
    try:
        matters.give(
            matter, owner=told.get("owner"), due_on=told.get("due_on"), by=_user(request), at=clock.now(),
            today=clock.day(),
        )  # fmt: skip
    except WrongUse as problem:
        return _page(request, MonthsForm(), status=422, problem=str(problem))
    return redirect("movement")


@require_POST
@needs(May.SEE_VALUES, whole=True)
def imbalance_close(request: HttpRequest, imbalance_id: int) -> HttpResponse:
    """Say that the matter of those left short is settled."""
    matter = get_object_or_404(Imbalance, pk=imbalance_id)
    try:
        matters.close(matter, note=request.POST.get("note", ""), by=_user(request), at=clock.now())
    except WrongUse as problem:
        return _page(request, MonthsForm(), status=422, problem=str(problem))
    return redirect("movement")


def owners() -> list[User]:
    """Who may be given it: those who see values."""
    return [one for one in User.objects.filter(is_active=True).order_by("pk") if May.SEE_VALUES in bundle(one.role)]


class GiveForm(forms.Form):
    """To whom, and by when."""

    owner = forms.ModelChoiceField(User.objects.all(), required=False)
    due_on = forms.DateField(required=False)


def _page(request: HttpRequest, form: MonthsForm, *, status: int = 200, problem: str = "") -> HttpResponse:
    asked = Asked.read(request.GET)
    matter = matters.newest_imbalance()
    drawn = (make(asked.history) for make in pictures.PICTURES.values()) if asked.history.snapshots else ()
    context: dict[str, Any] = {
        "asked": asked, "form": form, "work": work.look(tasks.KEY), "problem": problem, "most": MOST,
        "by_use": speaks_of_uses(),
        "valued": bool(asked.history.yardstick), "charts": [one for one in drawn if one],
        "told": words.told(asked.found) if asked.found else None, "columns": grid.columns(asked),
        "rows": grid.rows(asked),
        "missing": [words.month_name(one) for one in asked.history.missing],
        "worked_out": sum(one.worked_out for one in asked.history.snapshots),
        "matter": matter, "step": matters.last_step(matter) if matter else None, "owners": owners() if matter else [],
        "campaigns": Campaign.objects.exclude(measured_at=None).order_by("-measured_at", "-pk")[:CAMPAIGNS],
    }  # fmt: skip
    return render(request, "relationship/movement.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
