"""The page Today."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from dangol.insight.relationship import queries as relationship
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.words import REGIONS
from dangol.web.today.standing import standing
from dangol.web.today.tasks import tasks
from dangol.web.today.totals import totals


@needs(None)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Where the loop stands and what to do next."""
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    loop, as_of = standing(), clock.as_of()
    context: dict[str, Any] = {
        "loop": loop,
        "day": _heading(as_of),
        "tasks": tasks(loop, user=request.user, as_of=as_of),
        "groups": relationship.groups(loop.run) if loop.run else {},
        "notes": relationship.notes(loop.run)[:2] if loop.run else [],
        "totals": totals(loop.run) if loop.run else None,
        "region_links": {region: f"{reverse('customers')}?region={region}" for region in REGIONS},
    }
    return render(request, "today/today.html", context)


def _heading(as_of: datetime) -> str:
    """The day of the home's clock, without the year where it is this one."""
    local = localtime(as_of)
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == localtime(clock.now()).year else "DATE_FORMAT")
