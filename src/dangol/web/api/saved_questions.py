"""Saved questions of the numbers by the API: listed, kept, changed, deleted and brought back, asked as kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.analysis.saved_questions.keeping import bring_back, keep, questions_for, remove, rename
from dangol.insight.analysis.saved_questions.still_fits import why_not
from dangol.insight.warehouse.cube import answered
from dangol.insight.warehouse.queries import lake
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.cube import CubeAnswer, WantedFromCube
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.insight.cube.from_question import asked_of, question_kept_as
from dangol.web.insight.cube.saved import question_or_404
from dangol.web.insight.cube_numbers import numbers
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["insight"])


class Kept(Schema):
    """A saved question: the words of the page's address, and why it cannot be asked any more ("" where it can)."""

    id: int
    name: str
    address: str
    shared: bool
    mine: bool
    problem: str


class KeptQuestions(Schema):
    questions: list[Kept]


class QuestionToKeep(WantedFromCube):
    """A question as it is asked, its name, who has it. period: a word such as last_month, instead of days."""

    name: str = Field(min_length=1, max_length=60)
    shared: bool = False
    period: str = Field("", max_length=20)
    replacing: bool = False


class NameOfQuestion(Sent):
    name: str = Field(min_length=1, max_length=60)
    shared: bool = False


class WantedOfKept(Sent):
    """day: asked as on this day, today where none is told."""

    totals: bool = False
    day: date | None = None


@opened(router, "GET", "/insight/questions", May.SEE_VALUES, response=KeptQuestions)
def list_saved_questions(request: HttpRequest) -> KeptQuestions:
    """The questions this key has: its user's own and those that are shared."""
    mine = viewer(request)
    return KeptQuestions(questions=[_told(one, mine) for one in questions_for(mine.user)])


@opened(router, "POST", "/insight/questions", May.SEE_VALUES, response=Kept)
def save_question(request: HttpRequest, told: QuestionToKeep) -> Kept:
    """Keep a question under a name."""
    mine = viewer(request)
    asked = asked_of(
        told.question(sort=told.sort, falling=told.falling, top=told.top, compare=told.compare), told.period
    )
    made = keep(
        told.name, asked.query(), shared=told.shared, by=mine.user, at=clock.now(), replacing=told.replacing
    )  # fmt: skip
    return _told(made, mine)


@opened(router, "PUT", "/insight/questions/{number}", May.SEE_VALUES, response=Kept)
def change_saved_question(request: HttpRequest, number: Number, told: NameOfQuestion) -> Kept:
    """Call it otherwise, share it or no more."""
    mine = viewer(request)
    return _told(rename(question_or_404(number, mine), told.name, shared=told.shared, by=mine.user), mine)


@opened(router, "DELETE", "/insight/questions/{number}", May.SEE_VALUES, response=Done)
def remove_saved_question(request: HttpRequest, number: Number) -> Done:
    """Delete it; it can be brought back."""
    mine = viewer(request)
    remove(question_or_404(number, mine), by=mine.user, at=clock.now())
    return Done()


@opened(router, "POST", "/insight/questions/{number}/back", May.SEE_VALUES, response=Kept)
def bring_question_back(request: HttpRequest, number: Number) -> Kept:
    """Bring it back."""
    mine = viewer(request)
    question = get_object_or_404(SavedQuestion, pk=number)
    bring_back(question, by=mine.user)
    return _told(question, mine)


@opened(router, "GET", "/insight/questions/{number}/answer", May.SEE_VALUES, response=CubeAnswer)
def ask_saved_question(request: HttpRequest, number: Number, wanted: Query[WantedOfKept]) -> CubeAnswer:
    """Its answer, of the customers this key sees."""
    mine = viewer(request)
    question = question_kept_as(question_or_404(number, mine), wanted.day or clock.day(), totals=wanted.totals)
    answer = answered(lake(), question, scope=mine.scope)
    rows: list[list[Any]] = numbers(question, answer, clock.home().currency)
    return CubeAnswer(columns=list(answer.columns), rows=rows, as_of=answer.as_of, sql=answer.sql)


def _told(one: SavedQuestion, mine: Viewer) -> Kept:
    return Kept(
        id=one.pk, name=one.name, address=one.query, shared=one.shared, mine=one.by_id == mine.user.pk,
        problem=why_not(one.query),
    )  # fmt: skip
