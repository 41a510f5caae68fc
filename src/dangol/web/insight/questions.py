"""The questions that Insight answers, in the order in which a shop asks them.

Each has a page of its own, which adds its row here: what is asked, what was found last, and as of when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class Answer:
    """What was found last: one sentence in the reader's language, and as of when."""

    sentence: str
    as_of: datetime


@dataclass(frozen=True)
class Question:
    """One row of the index: url name of its page, icon, the question, what the answer is good for."""

    url_name: str
    icon: str
    asked: str | Promise
    good_for: str | Promise
    answered: Callable[[], Answer | None]  # None: nobody has asked yet


QUESTIONS: tuple[Question, ...] = ()
