"""The index of Insight: every question with what was found last, and asking all of them at once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.saved_questions.keeping import questions_for
from dangol.records.staff.roles import May
from dangol.web.insight.cube import saved
from dangol.web.insight.questions import QUESTIONS, ask_all
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def insight(request: HttpRequest) -> HttpResponse:
    """What can be asked of the data, and what was found last."""
    rows = [(question, question.answered(), work.look(question.key)) for question in QUESTIONS]
    mine = viewer(request)
    context = {
        "kept": saved.listed(questions_for(mine.user), mine),
        "rows": rows, "under_way": any(at.under_way for _, _, at in rows), "any": any(found for _, found, _ in rows),
    }  # fmt: skip
    return render(request, "insight/index.html", context)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_ask(request: HttpRequest) -> HttpResponse:
    """Ask everything anew, beside the pages."""
    ask_all(viewer(request).user)
    return redirect("insight")
