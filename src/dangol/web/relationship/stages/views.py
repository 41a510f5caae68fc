"""The page of stages, telling them anew, and its pictures as files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import asker, finished_run
from dangol.insight.relationship.stages import queries
from dangol.insight.relationship.stages.models import Track
from dangol.insight.relationship.stages.names import KIND
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.relationship.stages import pictures, tasks
from dangol.web.relationship.stages.told import HEADINGS, shown
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.rounds import stage_rules
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def stages(request: HttpRequest) -> HttpResponse:
    """How many stand where in one of the courses, and who moved within the month."""
    run, by_use = queries.last_evaluation(), speaks_of_uses()
    context: dict[str, Any] = {"work": work.look(tasks.KEY), "run": run, "by_use": by_use}
    found = _found(run, _course(request), by_use=by_use) if run else {}
    return render(request, "relationship/stages.html", context | found)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def stages_ask(request: HttpRequest) -> HttpResponse:
    """Tell every course anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, request.user.pk, speaks())
    return redirect("stages")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def stages_work(request: HttpRequest) -> HttpResponse:
    """How the telling stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/stages_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def stages_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run, or its numbers, as a file."""
    run = finished_run(KIND, run_id)
    if run is None:
        raise Http404(chart)
    return file_answer(pictures.picture(run, chart), kind, f"{chart}-{queries.day_of(run):%Y-%m-%d}")


def _course(request: HttpRequest) -> Track:
    asked = request.GET.get("course", "")
    return Track(asked) if asked in Track.values else Track.STAGE


def _found(run: Run, course: Track, *, by_use: bool) -> dict[str, Any]:
    rules = queries.rules_of(run)
    drawn = (pictures.counted(run, course), pictures.moved(run, course))
    tracks = {Track(one.track): one for one in queries.told(run)}
    return {
        "told": shown(tracks[course], rules, by_use=by_use), "charts": [chart for chart in drawn if chart],
        "courses": [(str(track), str(HEADINGS[track])) for track in tracks], "course": str(course),
        "day": queries.day_of(run), "since": queries.month_before(run),
        "asker": asker(run), "rules": rules, "changed_rules": rules != stage_rules(), "summary": run.summary,
    }  # fmt: skip
