"""Who is behind a number: how many, and the first of them by name."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dangol.insight.warehouse.cube import behind
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.insight.warehouse.queries import lake
from dangol.lib.errors import DangolError
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.cube import told
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.questions import question_of
from dangol.web.insight.cube.written import Names
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer

NAMED = 50  # people whose names a page shows


@needs(May.ASK_NUMBERS, personal=True)
@require_safe
def insight_cube_whom(request: HttpRequest) -> HttpResponse:
    """The customers behind one number, within what the viewer sees."""
    mine, asked = viewer(request), Asked.read(request.GET)
    metric, cell = cell_of(request.GET, asked)
    context: dict[str, Any] = {"back": asked.address(), "words": words(asked, metric, cell)}
    try:
        ids = ids_of(asked, metric, cell, mine)
    except DangolError as problem:
        return render(request, "insight/cube_whom.html", context | {"problem": problem}, status=409)
    people = list(mine.customers.filter(pk__in=ids[:NAMED]).order_by("pk"))
    mine.saw(person.pk for person in people)
    context |= {"people": people, "number": len(ids), "more": len(ids) - len(people)}
    if mine.scope.whole and mine.may(May.RUN_CAMPAIGNS):
        context["keep"] = f"{reverse('insight_cube_keep')}?{request.GET.urlencode()}"
    return render(request, "insight/cube_whom.html", context)


def cell_of(query: QueryDict, asked: Asked) -> tuple[str, dict[str, str]]:
    """Which number is meant: its metric, and the values it is of. Raises Http404 where that is none of the answer."""
    metric = query.get("of", "")
    cell = {name: value for name, _colon, value in (text.partition(":") for text in query.getlist("at"))}
    if metric not in asked.metrics or not set(cell) <= set(asked.by):
        raise Http404(metric)
    return metric, cell


def ids_of(asked: Asked, metric: str, cell: dict[str, str], mine: Viewer) -> list[int]:
    """The customers' keys, in order."""
    question = question_of(asked, clock.day())
    return behind(lake(), question, cell, scope=mine.scope, metric_name=metric)


def words(asked: Asked, metric: str, cell: dict[str, str]) -> list[str]:
    """The number in words: its figure, the values it is of, the filters, the days."""
    names = Names()
    parts = [f"{DIMENSIONS[name].label}: {names.of(name, value)}" for name, value in cell.items()]
    parts += [
        f"{DIMENSIONS[name].label}: {names.listed(name, values)}" for name, values in asked.parts if name not in cell
    ]
    return [str(METRICS[metric].label), *parts, told.days(asked.span(clock.day()))]
