"""The page Today."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from dangol.insight.analysis.leaving.names import CHECK as LEAVING
from dangol.insight.analysis.queries import latest_runs
from dangol.insight.analysis.rhythm.names import CHECK as RHYTHM
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.staff.models import User
from dangol.records.staff.queries import EntryClosed, refuse_closed_entry
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.shell.words import REGIONS
from dangol.web.today.caring import caring
from dangol.web.today.coming import coming
from dangol.web.today.demands import demands
from dangol.web.today.foreseen import foreseen
from dangol.web.today.joined import joined
from dangol.web.today.left_short import left_short
from dangol.web.today.own import own
from dangol.web.today.reporting import reporting
from dangol.web.today.standing import standing
from dangol.web.today.tasks import Task, tasks
from dangol.web.today.totals import totals
from dangol.web.today.unmet import unmet
from dangol.web.today.watching import watching
from dangol.web.today.waves_due import waves_due


@needs(None, personal=True)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Where the loop stands and what to do next; for those who see their own customers alone, what is new of these."""
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    mine = viewer(request)
    if not (mine.may(May.SEE_VALUES) and mine.scope.whole):
        return _own(request, request.user)
    runs = latest_runs((VALUATION, RHYTHM, LEAVING))
    loop, as_of = standing(runs), clock.as_of()
    first = [*_first(mine), *foreseen(runs), *left_short(today=clock.day()), *waves_due(), *unmet(loop.run)]
    context: dict[str, Any] = {
        "loop": loop,
        "day": _heading(as_of),
        "tasks": tasks(loop, user=request.user, as_of=as_of, first=first),
        "groups": relationship.groups(loop.run) if loop.run else {},
        "notes": relationship.notes(loop.run)[:2] if loop.run else [],
        "totals": totals(loop.run) if loop.run else None,
        "by_use": is_by_use(loop.run),
        "region_links": {region: f"{reverse('customers')}?region={region}" for region in REGIONS},
    }
    return render(request, "today/today.html", context)


def _own(request: HttpRequest, user: User) -> HttpResponse:
    as_of, closed = clock.as_of(), ""
    try:
        refuse_closed_entry(user, on=clock.today())
    except EntryClosed as problem:
        closed = str(problem)
    context = {
        "day": _heading(as_of), "own": own(viewer(request), user, as_of=as_of), "open": not closed, "closed": closed,
        "tasks": _first(viewer(request)),
    }  # fmt: skip
    return render(request, "today/own.html", context)


def _first(mine: Viewer) -> list[Task]:
    """What comes before everything else to do."""
    at = clock.now()
    pressing = [*watching(mine, at=at), *demands(mine, at=at), *coming(mine, at=at), *reporting(mine, at=at)]
    return [*pressing, *joined(mine), *caring(mine, today=clock.day())]


def _heading(as_of: datetime) -> str:
    """The day of the home's clock, without the year where it is this one."""
    local = localtime(as_of)
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == localtime(clock.now()).year else "DATE_FORMAT")
