"""The page Ask the numbers: what is asked, its answer, and both as files."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.saved_questions.keeping import questions_for
from dangol.insight.warehouse.cube import Answer, Question, unheard
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.versions import NoLake
from dangol.lib.errors import DangolError
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.cube import answering, choices, pictures, saved, tables, told, treemap
from dangol.web.insight.cube.asked import Asked, refuse_unknown
from dangol.web.insight.cube.pivot import Numbers, pivot
from dangol.web.insight.cube.questions import question_of
from dangol.web.insight.cube.written import Names
from dangol.web.shell import taking_away
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer

STOPPED = "stopped"  # the word of an address that asks nothing again
VALUES_SHOWN = 200  # values of a filter, the greatest first


@needs(May.ASK_NUMBERS)
@require_safe
def insight_cube(request: HttpRequest) -> HttpResponse:
    """Choose what to know; below it the answer, or ready-made questions before anything is chosen."""
    mine, asked = viewer(request), Asked.read(request.GET)
    context: dict[str, Any] = {"asked": asked, "whole": mine.scope.whole}
    problem: DangolError | None = None
    try:
        context |= {"form": told.form(asked, lake(), _values(asked, mine)), "starts": choices.starts(lake())}
        refuse_unknown(request.GET)
        choices.must_fit(asked)
        if asked.metrics and STOPPED in request.GET:
            context["stopped"] = True
        elif asked.metrics:
            context |= _answer(asked, mine)
        elif mine.may(May.SEE_VALUES):
            context["kept"] = saved.listed(questions_for(mine.user), mine)
    except DangolError as error:  # before the first refresh there is nothing to ask: the page says how to begin
        problem = None if isinstance(error, NoLake) and not asked.metrics else error
    context["problem"] = problem
    response = render(request, "insight/cube.html", context, status=409 if problem else 200)
    if request.headers.get("HX-Trigger") == "ask":  # what was chosen stands in the address as a bookmark writes it
        response["HX-Push-Url"] = request.path + asked.address()
    return response


@needs(May.ASK_NUMBERS)
@require_POST
def insight_cube_stop(request: HttpRequest) -> HttpResponse:
    """End what is being worked out for the viewer; the question stands chosen, to be changed or asked again."""
    asked = Asked.read(request.GET)
    with suppress(DangolError):  # what is wrong with the question or the warehouse, its page says
        answering.stop(question_of(asked, clock.day()), scope=viewer(request).scope)
    return redirect(f"{reverse('insight_cube')}{asked.address()}&{STOPPED}=yes")


@needs(May.ASK_NUMBERS)
@require_safe
def insight_cube_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The picture of an answer as a file, or its numbers as CSV."""
    asked = Asked.read(request.GET)
    mine = viewer(request)
    found = _found(asked, mine, request.GET)
    chart = pictures.chart(asked, found, Names(found), scope=mine.scope) if found else None
    return file_answer(chart, kind, f"numbers-{clock.day():%Y-%m-%d}")


@needs(May.ASK_NUMBERS)
@require_safe
def insight_cube_table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The whole answer, row by row with its subtotals, for a spreadsheet."""
    asked = Asked.read(request.GET)
    found = _found(asked, viewer(request), request.GET)
    if found is None or kind not in ("csv", "xlsx"):
        raise Http404(kind)
    columns, rows = tables.whole(asked, found, Names(found))
    mark = " · ".join(told.provenance(asked, found))
    name = f"numbers-{clock.day():%Y-%m-%d}.{kind}"
    if kind == "csv":
        lines = "".join(taking_away.as_csv(columns, rows, mark))
        response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        with taking_away.as_xlsx(columns, rows, mark, formats=tables.formats(asked)) as book:
            book.seek(0)
            response = HttpResponse(book.read(), content_type=taking_away.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _answer(asked: Asked, mine: Viewer) -> dict[str, Any]:
    question = question_of(asked, clock.day())
    found = answering.answer(question, scope=mine.scope)
    if found is None:
        return {"waiting": True}
    names = Names(found)
    if not Numbers(asked, found):
        unknown = answering.once(
            ("unheard", question), lambda: list(unheard(lake(), question, scope=mine.scope)), scope=mine.scope
        )
        return {"nothing": True, "title": told.title(asked, names), "unheard": unknown}
    whom = f"whom/{asked.address()}&" if mine.may(May.SEE_CUSTOMERS) else ""
    return {
        "found": found, "title": told.title(asked, names), "pivot": pivot(asked, found, names, whom=whom),
        "whom": bool(whom), "may_save": mine.may(May.SEE_VALUES),
        "chart": pictures.chart(asked, found, names, scope=mine.scope),
        "meanings": told.meanings(asked), "provenance": told.provenance(asked, found),
        "notes": told.notes(asked, found),
        "pictures": told.picture_choices(asked, pictures.possible(asked), pictures.chosen(asked)),
        "no_tree": treemap.why_not(asked), "drawn": pictures.chosen(asked),
    }  # fmt: skip


def _found(asked: Asked, mine: Viewer, query: QueryDict) -> Answer | None:
    """The answer for a file, which waits as long as it takes. Raises Http404 where nothing is asked."""
    if not asked.metrics:
        raise Http404
    try:
        refuse_unknown(query)
        found = answering.answer(question_of(asked, clock.day()), scope=mine.scope, patience=None)
    except DangolError as error:
        raise Http404(str(error)) from error
    return found if found is not None and Numbers(asked, found) else None


def _values(asked: Asked, mine: Viewer) -> list[str]:
    """The values of the dimension that is being filtered by, the greatest first."""
    if not asked.filtering or not asked.metrics:
        return []
    rest = asked.only(asked.filtering, ())
    first = Question(
        asked.metrics[:1], (asked.filtering,), question_of(rest, clock.day()).where,
        sort=asked.metrics[0], falling=True,
    )  # fmt: skip
    found = answering.answer(first, scope=mine.scope, patience=None)
    return [str(row[0]) for row in found.rows if row[0] is not None] if found else []
