"""A question of a command or a program as the page keeps it, and back; what the page cannot show is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.analysis.saved_questions.keeping import CannotKeep
from dangol.insight.analysis.saved_questions.still_fits import why_not
from dangol.insight.warehouse.cube import Question
from dangol.insight.warehouse.metrics import METRICS
from dangol.web.insight.cube.adding import added_up
from dangol.web.insight.cube.asked import MOST_DOWN, MOST_METRICS, MOST_VALUES, TOPS, Asked
from dangol.web.insight.cube.periods import ALL, DATES, PERIODS, span_of
from dangol.web.insight.cube.questions import question_of


def asked_of(question: Question, period: str = "") -> Asked:
    """The page's own: two dimensions down, one across. period: a word such as last_month, "" for the question's days.

    Raises CannotKeep where the page could not show it as it is asked.
    """
    if len(question.metrics) > MOST_METRICS or len(question.by) > MOST_DOWN + 1:
        raise CannotKeep(
            _("A saved question tells at most %(metrics)s figures by %(dimensions)s dimensions.")
            % {"metrics": MOST_METRICS, "dimensions": MOST_DOWN + 1}
        )
    _refuse_what_the_page_lacks(question, period)
    last = question.until - timedelta(days=1) if question.until else None
    dated = bool(question.since or last)
    parts: dict[str, tuple[str, ...]] = {one.dimension: one.values for one in question.where}
    return Asked(
        question.metrics, question.by[:MOST_DOWN], "".join(question.by[MOST_DOWN:]), tuple(parts.items()),
        period or (DATES if dated else ALL), *((None, None) if period else (question.since, last)),
        compare=question.compare, top=question.top, sort=question.sort if question.sort in METRICS else "",
        falling=question.falling or not question.sort,
    )  # fmt: skip


def kept_question(asked: Asked, today: date, *, totals: bool = False) -> Question:
    """What a saved question asks on a day, in the order and with the first few that the page shows.

    Shares are told where every figure adds up, as the page tells them.
    """
    plain = question_of(asked, today)
    shares = asked.compare == "share" and all(added_up(name, asked.by) for name in asked.metrics)
    return replace(
        plain, totals=totals, sort=asked.sort, falling=bool(asked.sort) and asked.falling,
        top=asked.top if asked.down else None, compare="share" if shares else plain.compare,
    )  # fmt: skip


def question_kept_as(kept: SavedQuestion, today: date, *, totals: bool = False) -> Question:
    """The same of what is kept under a name. Raises CannotKeep where it cannot be asked any more."""
    if problem := why_not(kept.query):
        raise CannotKeep(problem)
    return kept_question(Asked.read(QueryDict(kept.query)), today, totals=totals)


def spanned(question: Question, period: str, today: date) -> Question:
    """The question over the days of a period. Raises CannotKeep."""
    _refuse_a_period(question, period)
    span = span_of(period, today)
    return replace(question, since=span.since, until=span.until)


def _refuse_a_period(question: Question, period: str) -> None:
    if period and period not in PERIODS:
        raise CannotKeep(
            _("There is no period “%(name)s”. There are: %(known)s.") % {"name": period, "known": ", ".join(PERIODS)}
        )
    if period and (question.since or question.until):
        raise CannotKeep(_("Ask of a period or of days, not of both."))


def _refuse_what_the_page_lacks(question: Question, period: str) -> None:
    _refuse_a_period(question, period)
    if question.top is not None and question.top not in TOPS:
        raise CannotKeep(
            _("A saved question tells the first %(known)s, or all.") % {"known": ", ".join(map(str, TOPS))}
        )
    if question.sort and question.sort not in METRICS:
        raise CannotKeep(_("A saved question is sorted by one of its figures, or as its dimensions come."))
    if len({one.dimension for one in question.where}) < len(question.where):
        raise CannotKeep(_("Name each dimension in one condition alone."))
    if any(len(one.values) > MOST_VALUES for one in question.where):
        raise CannotKeep(_("A condition of a saved question has at most %(n)s values.") % {"n": MOST_VALUES})
