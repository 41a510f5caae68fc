"""The readiness check: what was found, examples of each gap, the same as a file to hand to somebody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.readiness import report
from dangol.insight.analysis.readiness.checks import NAMED
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.readiness import paper, tasks, told
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """What was found when the data were last looked at."""
    found = report.last_report()
    context = {
        "found": found, "parts": told.parts(found) if found else [], "twins": told.twins(found) if found else "",
        "sentence": told.verdict(found) if found else "", "left_out": told.left_out(),
        "work": work.look(tasks.KEY),
    }  # fmt: skip
    return render(request, "readiness/report.html", context)


@require_POST
@needs(May.SEE_INVENTORY, whole=True)
def readiness_look(request: HttpRequest) -> HttpResponse:
    """Look at everything anew, beside the pages."""
    work.start(tasks.KEY, tasks.look, speaks())
    return redirect("readiness")


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
@never_cache
def readiness_work(request: HttpRequest) -> HttpResponse:
    """How the looking stands; the page is fetched anew once it is done."""
    return waiting(request, "readiness/work.html", work.look(tasks.KEY))


@needs(May.SEE_INVENTORY, whole=True, personal=True)
@require_safe
def readiness_examples(request: HttpRequest, check: str) -> HttpResponse:
    """A few of the rows with a gap."""
    if check not in NAMED:
        raise Http404(check)
    mine = viewer(request)
    rows = report.examples(check, at=clock.as_of(), among=mine.customers)
    mine.saw(person.pk for person, _row in rows if person is not None)
    context = {"rows": [(person, told.what(row, mine)) for person, row in rows]}
    return render(request, "readiness/examples.html", context)


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def readiness_pdf(request: HttpRequest) -> HttpResponse:
    """The report as a PDF, without anybody's name: it may be handed on."""
    found = report.last_report()
    if found is None:
        return redirect("readiness")
    response = HttpResponse(paper.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="readiness.pdf"'
    return response
