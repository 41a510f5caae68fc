"""The index of Insight: every question with what was found last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dangol.records.staff.roles import May
from dangol.web.insight.questions import QUESTIONS
from dangol.web.shell.gate import needs


@needs(May.SEE_VALUES, whole=True)
@require_safe
def insight(request: HttpRequest) -> HttpResponse:
    """What can be asked of the data, and what was found last."""
    rows = [(question, question.answered()) for question in QUESTIONS]
    return render(request, "insight/index.html", {"rows": rows})
