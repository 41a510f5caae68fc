"""How long contracts last: the answer, asking anew, its pictures as files."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.contracts.names import KIND, STAYS
from dangol.insight.analysis.contracts.queries import Found, found_of, last_found
from dangol.insight.analysis.queries import finished_run
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.contracts import pictures, tasks, words
from dangol.web.shell import charts
from dangol.web.shell.charts import Chart
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting

PICTURES: dict[str, Callable[[Found], Chart | None]] = {
    "lasting": pictures.lasting,
    "calibration": pictures.calibration,
}


@needs(May.SEE_VALUES, whole=True)
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    found = last_found()
    context: dict[str, Any] = {"work": work.look(tasks.KEY), "found": found}
    if found:
        test = found.test
        context |= {
            "charts": [one for make in PICTURES.values() if (one := make(found))],
            "year": words.after_a_year(found.whole), "plans": words.parts(found, "plan"),
            "lines": words.parts(found, "line"), "ahead": words.ahead(found), "doubts": list(words.doubts(found)),
            "rows": words.rows(test) if test else [], "tested": words.tested(test) if test else "",
            "why": words.why(test) if test else "", "naive": words.against_naive(test) if test else "",
            "soon": STAYS[3], "columns": ",".join(("name", *STAYS.values())),
        }  # fmt: skip
    return render(request, "insight/contracts.html", context)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def contracts_ask(request: HttpRequest) -> HttpResponse:
    """Ask anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, str(request.user), speaks())
    return redirect("insight_contracts")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def contracts_work(request: HttpRequest) -> HttpResponse:
    """How the asking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/contracts_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def contracts_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run as a file, or its numbers."""
    run = finished_run(KIND, run_id)
    if run is None or chart not in PICTURES or kind not in (*charts.FORMATS, "csv"):
        raise Http404(chart)
    found = found_of(run)
    made = PICTURES[chart](found)
    if made is None:
        raise Http404(chart)
    content, content_type = pictures.as_file(made, kind)
    name = f'attachment; filename="contracts-{chart}-{found.until:%Y-%m-%d}.{kind}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": name})
