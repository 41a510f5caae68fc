"""Does value come true: the last test of values, testing anew, its pictures as files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.queries import asker, finished_run
from dangol.insight.relationship.back_test.names import KIND
from dangol.insight.relationship.back_test.queries import BackTest, back_test_of, last_back_test
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.weeks_held_back import AskForm
from dangol.web.relationship.back_test import pictures, tasks, words
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def value_test(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    return _page(request, AskForm())


@require_POST
@needs(May.SEE_VALUES, whole=True)
def value_test_ask(request: HttpRequest) -> HttpResponse:
    """Test anew, beside the pages."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    work.start(tasks.KEY, tasks.ask, form.cleaned_data["weeks"], request.user.pk, speaks())
    return redirect("value_test")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def value_test_work(request: HttpRequest) -> HttpResponse:
    """How the testing stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/back_test_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def value_test_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run, or its numbers, as a file."""
    run = finished_run(KIND, run_id)
    if run is None or chart not in pictures.PICTURES:
        raise Http404(chart)
    found = back_test_of(run)
    picture = pictures.PICTURES[chart](found, found.of(request.GET.get("line")))
    return file_answer(picture, kind, f"value-{chart}-{found.until:%Y-%m-%d}")


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    found = last_back_test()
    by_use = speaks_of_uses(found.run if found else None)
    context: dict[str, Any] = {"form": form, "work": work.look(tasks.KEY), "found": found, "by_use": by_use}
    if found is not None:
        context |= _found(found, request.GET.get("line"))
    return render(request, "relationship/back_test.html", context, status=status)


def _found(found: BackTest, line: str | None) -> dict[str, Any]:
    one = found.of(line)
    drawn = (make(found, one) for make in pictures.PICTURES.values())
    return {
        "one": one, "told": words.told(one, found.run), "charts": [chart for chart in drawn if chart],
        "whole": one is found.all, "margin_rate": found.run.parameters["margin_rate"],
        "asker": asker(found.run), "skill": words.skill(one.chance) if one.chance else [],
        "against": [words.against_naive(one.money, found.run), words.order(one.money)] if one.money else [],
    }  # fmt: skip
