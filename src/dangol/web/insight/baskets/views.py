"""What is bought together and what comes next: the patterns, whom each is for, and lists to take away."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.baskets import whom
from dangol.insight.analysis.baskets.report import KIND, Part, Pattern, Report, last_report, report_of
from dangol.insight.analysis.baskets.whom import Proposals
from dangol.insight.analysis.queries import finished_run
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers.using import Use, used
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.asked import asked_by
from dangol.web.insight.baskets import tasks, words
from dangol.web.shell import taking_away
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

ITEMS = ("full_name",)  # what of the inventory stands in the lists
NAMED = 50  # people whose names a page shows


@needs(May.SEE_VALUES, whole=True)
@require_safe
def baskets(request: HttpRequest) -> HttpResponse:
    """What was found when it was last looked for."""
    return _page(request)


def _page(request: HttpRequest, problem: DangolError | None = None) -> HttpResponse:
    found = last_report()
    context: dict[str, Any] = {"found": found, "work": work.look(tasks.KEY), "problem": problem}
    if found is not None:
        context |= {"parts": words.shown(found), "asked_by": asked_by(found.run)}
    return render(request, "insight/baskets.html", context, status=409 if problem else 200)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def baskets_find(request: HttpRequest) -> HttpResponse:
    """Look for everything anew, beside the pages."""
    ask(viewer(request))
    return redirect("insight_baskets")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def baskets_work(request: HttpRequest) -> HttpResponse:
    """How the looking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/baskets_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def baskets_whom(request: HttpRequest, run_id: int, part: str, place: int) -> HttpResponse:
    """Who should hear of one pattern: they still buy the first and never had the second."""
    mine, found = viewer(request), part_or_404(run_id, part, place)
    try:
        ids = whom.hearers(found.patterns[place], as_of=clock.as_of())
    except DangolError as error:  # the warehouse is gone, or a file of it is broken
        return _page(request, error)
    people = list(mine.customers.filter(pk__in=ids[:NAMED]).order_by("pk"))
    mine.saw(person.pk for person in people)
    context = {
        "row": words.row(part, found, place), "people": people, "number": len(ids), "more": len(ids) - len(people),
        "run_id": run_id, "part": part, "place": place,
    }  # fmt: skip
    return render(request, "insight/baskets_whom.html", context)


@needs(May.EXPORT, whole=True, personal=True)
def baskets_whom_list(request: HttpRequest, run_id: int, part: str, place: int) -> HttpResponseBase:
    """Who should hear of one pattern, as a list to take away."""
    pattern = part_or_404(run_id, part, place).patterns[place]
    return _taken(request, lambda: of_pattern(pattern), lambda: whom.hearers(pattern, as_of=clock.as_of()))


@needs(May.EXPORT, whole=True, personal=True)
def baskets_list(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """What to propose to each customer, as a list to take away."""
    found = finished_or_404(run_id)
    at = clock.as_of()
    return _taken(request, lambda: whom.proposals(found, as_of=at), lambda: whom.reached(found, as_of=at))


def of_pattern(pattern: Pattern) -> Proposals:
    """One pattern as a proposal to everybody who should hear of it."""
    return whom.to_each(whom.hearers(pattern, as_of=clock.as_of()), pattern)


def _taken(request: HttpRequest, propose: Callable[[], Proposals], reach: Callable[[], list[int]]) -> HttpResponseBase:
    form = taking_away.form(request)
    try:
        if form is None or not form.is_valid():
            return taking_away.page(request, form, what=_("What to propose to whom"), people=len(reach()))
        proposals = propose()
    except DangolError as error:
        return _page(request, error)
    return file(request, proposals, form)


def file(request: HttpRequest, proposals: Proposals, form: taking_away.TakeForm) -> HttpResponseBase:
    """The list as a file, once it was said what for."""
    mine = viewer(request)
    used(ITEMS, Use.LIST, at=clock.as_of())
    return taking_away.file(
        request, form, name=f"proposals-{clock.day():%Y-%m-%d}", columns=words.columns(),
        rows=words.lines(proposals, mine), subjects=proposals.customers,
    )  # fmt: skip


def ask(mine: Viewer) -> None:
    """Look for everything anew, unless somebody has asked already."""
    work.start(tasks.KEY, tasks.find, mine.user.pk, speaks())


def finished_or_404(run_id: int) -> Report:
    """What this run found."""
    run = finished_run(KIND, run_id)
    if run is None:
        raise Http404(run_id)
    return report_of(run)


def part_or_404(run_id: int, name: str, place: int) -> Part:
    """The part of a run that has a pattern at this place."""
    part = finished_or_404(run_id).part(name)
    if part is None or place >= len(part.patterns):
        raise Http404(name)
    return part
