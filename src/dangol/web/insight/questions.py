"""The questions that Insight answers, in the order in which a shop asks them.

Each has a page of its own, which adds its row here: what is asked, what was found last, and as of when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.web.insight import feedback_told, leaving_words
from dangol.web.insight.answers import Answer
from dangol.web.insight.baskets import words as baskets
from dangol.web.insight.rhythm import words as rhythm
from dangol.web.insight.satisfaction import told as satisfaction


@dataclass(frozen=True)
class Question:
    """One row of the index: url name of its page, icon, the question, what the answer is good for."""

    url_name: str
    icon: str
    asked: str | Promise
    good_for: str | Promise
    answered: Callable[[], Answer | None]  # None: nobody has asked yet


QUESTIONS: tuple[Question, ...] = (
    Question(
        "insight_rhythm", "loop", _("How often will customers buy?"),
        _("What to stock and staff for, and whether customers keep to their habits."), rhythm.answer,
    ),
    Question(
        "insight_feedback", "heart", _("How does feedback sound?"),
        _("Answer the unhappy first, and see with what they are unhappy."), feedback_told.answer,
    ),
    Question(
        "insight_baskets", "cart", _("What is bought together, and what comes next?"),
        _("What to lay side by side, and what to tell whom about."), baskets.answer,
    ),
    Question(
        "insight_leaving", "undo", _("Who will come back?"), _("Whom to think of before they stay away, and why."),
        leaving_words.answer,
    ),
    Question(
        "insight_satisfaction", "star", _("How satisfied are customers, and what moves it?"),
        _("What surveys say wave by wave, and what to mend first"), satisfaction.answer,
    ),
)  # fmt: skip
