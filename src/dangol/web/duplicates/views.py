"""The queue of customers who may be one person, and any two of them side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers.merging import refuse
from dangol.records.customers.models import Customer, Merge
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.finding import found_people
from dangol.web.customers.seen import person_or_404
from dangol.web.duplicates import queue, tasks
from dangol.web.duplicates.comparing import MOST, compared
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

FOUND = 12


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """What the newest search proposes: the list, and one of it side by side."""
    mine, run = viewer(request), queue.newest(viewer(request))
    context: dict[str, Any] = {"run": run, "work": work.look(tasks.key_of(mine.scope)), "last": last_merge(mine)}
    if run is not None:
        listed = queue.page(run, mine)
        for proposal in listed:
            mine.saw(one.pk for one in proposal.people)
        context |= {
            "listed": listed, "count": queue.waiting(run, mine)[: queue.UP_TO + 1].count(), "up_to": queue.UP_TO,
            **_current(request, run, listed, mine),
        }  # fmt: skip
    return render(request, "duplicates/queue.html", context)


@require_POST
@needs(May.ENTER_CUSTOMERS)
def duplicates_search(request: HttpRequest) -> HttpResponse:
    """Search anew, beside the pages."""
    mine = viewer(request)
    work.start(tasks.key_of(mine.scope), tasks.search, mine.user.pk, speaks())
    return redirect("duplicates")


@needs(May.ENTER_CUSTOMERS)
@require_safe
@never_cache
def duplicates_work(request: HttpRequest) -> HttpResponse:
    """How the search stands; the page is fetched anew once it is done."""
    return waiting(request, "duplicates/work.html", work.look(tasks.key_of(viewer(request).scope)))


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_safe
def duplicates_compare(request: HttpRequest) -> HttpResponse:
    """Any customers side by side, whoever found them alike."""
    mine = viewer(request)
    people = asked_for(request.GET.get("of", ""), mine)
    side = compared(people, mine)
    return render(request, "duplicates/compare_page.html", {"side": side, "problem": problem_of(people, mine)})


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_safe
def duplicates_choose(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Find the other row of the same person."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    text = request.GET.get("q", "").strip()
    people = found_people(text, mine, limit=FOUND + 1)[0] if text else []
    others = [one for one in people if one.customer.pk != person.pk][:FOUND]
    mine.saw(one.customer.pk for one in others)
    context = {"customer": person, "text": text, "people": others}
    return render(request, "duplicates/choose.html", context)


def asked_for(text: str, mine: Viewer) -> list[Customer]:
    """The customers an address names; 404 where there are not two whom the viewer sees."""
    ids = [int(one) for one in text.split(".") if one.isdigit() and len(one) < 19][:MOST]
    people = list(mine.customers.select_related("unit", "household").filter(pk__in=ids).order_by("pk"))
    if len(people) < 2:
        raise Http404(text)
    return people


def problem_of(people: list[Customer], mine: Viewer) -> str:
    """Why these may not become one; "" where they may."""
    try:
        refuse(people, by=mine.user, at=clock.now())
    except DangolError as error:
        return str(error)
    return ""


def last_merge(mine: Viewer) -> Merge | None:
    """What the viewer merged last, to be taken back at once."""
    made = Merge.objects.filter(by=mine.user, undone_at=None, kept__in=mine.customers).select_related("kept")
    return made.order_by("-pk").first()


def _current(request: HttpRequest, run: Any, listed: list[queue.Proposal], mine: Viewer) -> dict[str, Any]:
    number = request.GET.get("at", "")
    current = next((one for one in listed if str(one.person.pk) == number), None)
    if current is None and number.isdigit():
        current = queue.one(run, int(number), mine)
    current = current or next(iter(listed), None)
    if current is None:
        return {"current": None}
    side = compared(current.people, mine, pairs=current.pairs)
    problem = problem_of(current.people, mine) if len(current.people) > 1 else _("Nobody is left to decide about.")
    return {"current": current, "side": side, "bridges": queue.bridges(run, current, mine), "problem": problem}
