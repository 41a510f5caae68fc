"""How long contracts last: the answer, asking anew, its pictures as files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.contracts.names import STAYS
from dangol.insight.analysis.contracts.queries import last_found
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.contracts import pictures, tasks, words
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    found = last_found()
    context: dict[str, Any] = {"work": work.look(tasks.KEY), "found": found}
    if found:
        test = found.test
        context |= {
            "charts": [one for make in pictures.PICTURES.values() if (one := make(found))],
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
    work.start(tasks.KEY, tasks.ask, request.user.pk, speaks())
    return redirect("insight_contracts")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def contracts_work(request: HttpRequest) -> HttpResponse:
    """How the asking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/contracts_work.html", work.look(tasks.KEY))
