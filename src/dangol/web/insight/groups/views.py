"""The page Groups: what was found last, and a button to look anew."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.groups.names import GROUPS_KIND, RFM_KIND
from dangol.insight.analysis.queries import latest_run
from dangol.insight.warehouse.rfm import FEWEST, MOST, SCORES
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.groups import tasks
from dangol.web.insight.groups.chart import chart
from dangol.web.insight.groups.grid import grid
from dangol.web.insight.groups.told import told
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """What was found when groups were last looked for."""
    scored, grouped = latest_run(RFM_KIND), latest_run(GROUPS_KIND)
    context: dict[str, Any] = {"work": work.look(tasks.KEY), "steps": range(FEWEST, MOST + 1), "bins": SCORES}
    if scored is not None:
        context |= {"grid": grid(scored), "bins": scored.summary["bins"], "scored": scored}
    if grouped is not None:
        context |= {"told": told(grouped), "chart": chart(grouped), "tried": grouped.summary["found"]["tried"]}
    return render(request, "insight/groups.html", context)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def groups_look(request: HttpRequest) -> HttpResponse:
    """Look for groups anew, beside the pages."""
    work.start(tasks.KEY, tasks.look, steps_of(request.POST.get("bins", "")), request.user.pk, speaks())
    return redirect("insight_groups")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def groups_work(request: HttpRequest) -> HttpResponse:
    """How the looking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/groups_work.html", work.look(tasks.KEY))


def steps_of(told: str) -> int:
    """Into how many steps to score; the usual number where none is told that can be."""
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else SCORES
    return min(max(number, FEWEST), MOST)
