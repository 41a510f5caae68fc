"""Does the fair-value line hold: the last test, testing anew, its pictures as files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.queries import asker, finished_run
from dangol.insight.relationship.back_test.queries import last_back_test
from dangol.insight.relationship.validity.names import KIND
from dangol.insight.relationship.validity.queries import last_validity, validity_of
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.weeks_held_back import AskForm
from dangol.web.relationship.back_test import words as back_test
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.relationship.validity import pictures, tasks, words
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def validity(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    return _page(request, AskForm())


@require_POST
@needs(May.SEE_VALUES, whole=True)
def validity_ask(request: HttpRequest) -> HttpResponse:
    """Test anew, beside the pages."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    work.start(tasks.KEY, tasks.ask, form.cleaned_data["weeks"], request.user.pk, speaks())
    return redirect("validity")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def validity_work(request: HttpRequest) -> HttpResponse:
    """How the testing stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/validity_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def validity_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run, or its numbers, as a file."""
    run = finished_run(KIND, run_id)
    if run is None or chart not in pictures.PICTURES:
        raise Http404(chart)
    found = validity_of(run)
    return file_answer(pictures.PICTURES[chart](found), kind, f"validity-{chart}-{found.until:%Y-%m-%d}")


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    found, tested = last_validity(), last_back_test()
    by_use = speaks_of_uses(found.run if found else None)
    context: dict[str, Any] = {"form": form, "work": work.look(tasks.KEY), "found": found, "by_use": by_use}
    if found is not None:
        drawn = (make(found) for make in pictures.PICTURES.values())
        context |= {
            "told": words.told(found), "charts": [chart for chart in drawn if chart], "asker": asker(found.run),
            "rule": found.foretold.rule, "commitment": back_test.headline(tested.all) if tested else "",
            "tolerance": found.run.parameters["tolerance"],
        }  # fmt: skip
    return render(request, "relationship/validity.html", context, status=status)
