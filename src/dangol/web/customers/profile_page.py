"""The page of one customer, put together from what its viewer may see."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from dangol.decisions.care.queries import open_of
from dangol.insight.relationship import identified
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.records.customers.models import Customer
from dangol.records.ledger.notes import new_mark
from dangol.records.ledger.touchpoints import TOUCHPOINTS
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import profile, timeline
from dangol.web.customers.belongings import belongings
from dangol.web.customers.course import course
from dangol.web.customers.deliveries import on_their_way
from dangol.web.customers.known import Known
from dangol.web.customers.needs import needs_shown
from dangol.web.customers.roles import standing_roles
from dangol.web.customers.usual_goods import usual_goods
from dangol.web.customers.where_from import sales_in, where_from, with_origins
from dangol.web.customers.words import NOTED_AT, SOURCES
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.viewer import Viewer, viewer


def page(request: HttpRequest, person: Customer, *, status: int = 200, **more: Any) -> HttpResponse:
    """Balance, both values and how they came about, contact, and what happened so far, as far as the viewer may see."""
    mine = viewer(request)
    run = current_run() if mine.may(May.SEE_VALUES) else None
    held = belongings(person, mine)
    told = history(request, person)
    standing = identified.standing(person, numbers=held.numbered, named_at=told["origin"].named_at)
    context = {
        "customer": person,
        "run": run,
        "since": profile.since(person, standing.first_sale),
        "known": Known(standing),
        "medium": SOURCES.get(person.source, person.source),
        "roles": standing_roles(person),
        "values": profile.values(person, run),
        "course": course(person.pk, by_use=is_by_use(run)) if mine.may(May.SEE_VALUES) else None,
        "reach": profile.reach(person, mine, at=clock.as_of()),
        "needs": needs_shown(person, mine),
        "care": open_of(person.pk),
        "today": clock.day(),
        "deliveries": on_their_way(person.pk),
        "usual": usual_goods(person.pk),
        "family": profile.family(person, mine, run),
        "further": profile.further(person, mine),
        "numbers": held.main,
        "belongings": held,
        "mark": new_mark(),
        "noted_at": [(code, TOUCHPOINTS[code]) for code in NOTED_AT],
        **told,
        **more,
    }
    response = render(request, "customers/profile.html", context, status=status)
    if request.method == "POST":
        add_never_cache_headers(response)
    return response


def shown(request: HttpRequest, person: Customer, reveal: Callable[[], str], *, reason: str, at: str) -> HttpResponse:
    """One sealed text, in this answer alone and leaving a trace; `at` is where on the page it stands."""
    mine = viewer(request)
    try:
        text = reveal()
    except DangolError as problem:  # the key is lost: said where the text would stand
        text = str(problem)
    else:
        if not text:
            return redirect("customer", person.pk)
        mine.note(Verb.UNMASKED, reason=reason, subjects=[person.pk])
    if asks_for_part(request):
        response = render(request, "customers/shown.html", {"text": text})
        add_never_cache_headers(response)
        return response
    return page(request, person, shown={"at": at, "text": text})


def history(request: HttpRequest, person: Customer) -> dict[str, Any]:
    """What happened so far, as the address asks for it, and where it came from for those who import."""
    mine = viewer(request)
    wide = sees_campaigns(mine)
    shows = {code: name for code, name in timeline.SHOWS.items() if wide or code != "campaigns"}
    kind = request.GET.get("show", "")
    kind = kind if kind in shows else ""
    before = timeline.read_time(request.GET.get("before", ""))
    told = timeline.history(person.pk, show=kind, before=before, words=mine.knows(person.pk), wide=wide)
    imports = mine.may(May.IMPORT) and mine.scope.whole
    origin = where_from(person, sales_in(told) if imports else ())
    return {
        "history": with_origins(told, origin.sales),
        "origin": origin,
        "imports": imports,
        "shows": shows,
        "show": kind,
        "later": before is not None,
    }


def sees_campaigns(mine: Viewer) -> bool:
    """Whether campaigns and survey answers stand in the history: not for dealers, who see what passed at the door."""
    return mine.may(May.SEE_VALUES) or mine.may(May.SEE_CAMPAIGNS)
