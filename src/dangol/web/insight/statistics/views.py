"""Statistics: the questions, one page each whose address is the question, its picture as files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers.columns import Asked
from dangol.records.customers.selecting import many
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.statistics import judging, tasks
from dangol.web.insight.statistics.crowd import Crowd
from dangol.web.insight.statistics.questions import QUESTIONS, Blank, Question, answered, whom
from dangol.web.insight.statistics.regress import MOST
from dangol.web.insight.statistics.said import Answer
from dangol.web.shell.chart_files import KINDS, file_answer
from dangol.web.shell.charts import Chart
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

SLOTS = 4  # fields for several of a thing


@needs(May.SEE_VALUES)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """What can be asked."""
    return render(request, "insight/statistics.html", {"questions": QUESTIONS.values()})


@needs(May.SEE_VALUES, personal=True)
@require_safe
@never_cache
def statistics_ask(request: HttpRequest, asked: str) -> HttpResponse:
    """One question with its fields, and its answer where they are filled in."""
    question, query = _question(asked), request.GET
    context: dict[str, Any] = {"question": question, "campaigns": judging.campaigns_page()}
    if question.told(query):
        context |= _answer(request, question)
    crowd = Crowd(viewer(request), Asked(clock.as_of()))
    context["blanks"] = [_filled(blank, crowd, query) for blank in question.blanks]
    return render(request, "insight/statistics_ask.html", context)


@needs(May.SEE_VALUES)
@require_safe
@never_cache
def statistics_work(request: HttpRequest) -> HttpResponse:
    """How the answering stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/statistics_work.html", work.look(tasks.key_of(viewer(request).user)))


@needs(May.SEE_VALUES, personal=True)
@require_safe
def statistics_file(request: HttpRequest, asked: str, kind: str) -> HttpResponse:
    """The picture of an answer as a file, worked out again."""
    question, mine = _question(asked), viewer(request)
    if kind not in KINDS or not question.told(request.GET):
        raise Http404(kind)
    try:
        found = answered(question, request.GET, mine, mine.user)
    except DangolError:
        return redirect(f"{reverse('insight_statistics_ask', args=[asked])}?{question.words(request.GET)}")
    return file_answer(_chart(found, question, request.GET), kind, f"{asked}-{clock.day().isoformat()}")


def _question(asked: str) -> Question:
    if asked not in QUESTIONS:
        raise Http404(asked)
    return QUESTIONS[asked]


def _answer(request: HttpRequest, question: Question) -> dict[str, Any]:
    """The answer, the problem, or how the work stands that answers."""
    mine, words = viewer(request), question.words(request.GET)
    try:
        found = _beside(mine.user, question, words) if many() else answered(question, request.GET, mine, mine.user)
    except DangolError as error:
        return {"problem": str(error)}
    if found is None:
        return {"work": work.look(tasks.key_of(mine.user))}
    if whom(request.GET):  # a work beside the page read them for whoever asked
        mine.saw(whom(request.GET))
    return {"found": found, "chart": _chart(found, question, request.GET)}


def _beside(user: Any, question: Question, words: str) -> Answer | None:
    """The answer that a work has found; None while it is under way, or where it failed."""
    key, asked = tasks.key_of(user), tasks.asked_as(question.slug, words, speaks())
    stands = work.look(key)
    if stands.state == "done" and stands.answer.get("asked") == asked:
        return Answer.of(stands.answer["answer"])
    if stands.failed:
        work.forget(key)
        raise judging.CannotAnswer(stands.problem)
    work.start(key, tasks.ask, question.slug, words, user.pk, speaks())
    stands = work.look(key)
    return Answer.of(stands.answer["answer"]) if stands.state == "done" else None


def _chart(found: Answer, question: Question, query: QueryDict) -> Chart | None:
    if found.picture is None:
        return None
    words = f"?{question.words(query)}&lang={speaks()}"
    files = {kind: reverse("insight_statistics_file", args=[question.slug, kind]) + words for kind in KINDS}
    day = _("As of %(day)s") % {"day": date_format(clock.day(), "DATE_FORMAT")}
    return found.picture.chart(provenance=[day], downloads=files)


def _filled(blank: Blank, crowd: Crowd, query: QueryDict) -> dict[str, Any]:
    """A field with what is chosen in it; what is not offered, such as a rare word of an address, is kept."""
    chosen = [value for value in query.getlist(blank.name) if value]
    slots = [*chosen[:MOST], *[""] * max(SLOTS - len(chosen), 0)] if blank.kind == "many" else chosen[-1:] or [""]
    options = blank.options(crowd) if blank.options else []
    offered = {entry.value for _heading, entries in options for entry in entries}
    return {
        "blank": blank, "slots": slots, "value": slots[-1], "options": options,
        "others": [value for value in chosen if value not in offered],
    }  # fmt: skip
