"""What a report tells one reader: each question with its answer over the reader's own customers, as asked on a day.

Figures by dimensions, and nothing else: no dimension of the registry is a person, so nobody is named in a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Report, SavedQuestion
from dangol.insight.analysis.reports.planning import questions_of
from dangol.insight.analysis.saved_questions.still_fits import why_not
from dangol.insight.warehouse.cube import Answer
from dangol.lib.errors import DangolError
from dangol.records.staff.models import User
from dangol.records.staff.scope import Scope, scope_of
from dangol.web.insight.cube import answering, told
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.periods import Span
from dangol.web.insight.cube.pivot import Numbers
from dangol.web.insight.cube.questions import question_of
from dangol.web.insight.cube.saved import asked_by


class CannotTell(DangolError):
    """A question of the report cannot be asked any more."""


@dataclass(frozen=True)
class Part:
    """One question and its answer; none where nothing happened there. `asked` is of the very days it was asked for."""

    name: str
    asked: Asked
    found: Answer | None

    @property
    def days(self) -> str:
        """The period it tells of, in words."""
        return told.days(Span(self.asked.since, self.asked.last))


@dataclass(frozen=True)
class Content:
    """A report as one reader gets it. of: whose numbers they are, in words; scope: to ask for more."""

    name: str
    day: date
    of: str
    scope: Scope
    parts: tuple[Part, ...]


def content_of(report: Report, reader: User, day: date) -> Content:
    """The report over the customers this reader sees. Raises CannotTell, or what asking raises."""
    scope = scope_of(reader)
    parts = tuple(_part(one, scope, day) for one in questions_of(report))
    return Content(report.name, day, whose(reader, scope), scope, parts)


def whose(reader: User, scope: Scope) -> str:
    """Whose numbers somebody sees, in words."""
    return _("All customers") if scope.whole else _("Customers of %(unit)s") % {"unit": reader.unit}


def _part(question: SavedQuestion, scope: Scope, day: date) -> Part:
    if problem := why_not(question.query):
        raise CannotTell(_("“%(name)s” cannot be asked any more: %(why)s") % {"name": question, "why": problem})
    asked = asked_by(question).on(day)
    found = answering.answer(question_of(asked, day), scope=scope, patience=None)
    return Part(question.name, asked, found if found is not None and Numbers(asked, found) else None)
