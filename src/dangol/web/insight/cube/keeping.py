"""Those behind a number become a segment; asked again, whoever is behind it now takes their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dangol.decisions.segments import behind_numbers
from dangol.decisions.segments.actions import save
from dangol.decisions.segments.models import Finding, Inquiry, Segment
from dangol.insight.warehouse.cube import Question
from dangol.insight.warehouse.queries import lake
from dangol.lib.errors import DangolError
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.cube import whom
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.periods import PERIODS, span_of
from dangol.web.insight.cube.questions import question_of
from dangol.web.segments.forms import KeepForm
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def insight_cube_keep(request: HttpRequest) -> HttpResponse:
    """Keep those behind the number under a name, and go to the segment."""
    asked, form = Asked.read(request.GET), KeepForm(request.POST)
    metric, cell = whom.cell_of(request.GET, asked)
    question = replace(question_of(asked, clock.day()), metrics=(metric,))
    name = form.cleaned_data["name"] if form.is_valid() else ""
    name = name or " · ".join(whom.words(asked, metric, cell))
    try:
        kept = segment_of(question, cell, asked.period, name=name, by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        context = {"back": asked.address(), "words": whom.words(asked, metric, cell), "problem": problem}
        return render(request, "insight/cube_whom.html", context, status=409)
    return redirect("segment", kept.pk)


def segment_of(
    question: Question, cell: dict[str, str], period: str, *, name: str = "", by: User | None, at: datetime
) -> Segment:
    """A segment of those behind a cell. period: one that goes on with the calendar, else the days stay as asked."""
    moving = period if period in PERIODS else ""
    asked = behind_numbers.keep(lake(), question, cell, period=moving, by=by, at=at)
    return save({behind_numbers.FIELD: [asked.pk]}, by=by, at=at, name=name)


def ask_again(segment: Segment, *, today: date, by: User | None, at: datetime) -> list[Finding]:
    """Ask the numbers a segment was made of once more: of the same days, or of a period as it stands today."""
    return [
        _again(one, today=today, by=by, at=at)
        for one in behind_numbers.newest(segment.rule.get(behind_numbers.FIELD, ()))
    ]


def _again(found: Finding, *, today: date, by: User | None, at: datetime) -> Finding:
    inquiry: Inquiry = found.inquiry
    since, last = found.since, found.last
    if inquiry.period in PERIODS:
        span = span_of(inquiry.period, today)
        since, last = span.since, span.last
    return behind_numbers.ask(inquiry, lake=lake(), since=since, last=last, by=by, at=at)
