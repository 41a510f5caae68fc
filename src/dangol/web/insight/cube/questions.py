"""What is asked as the cube takes it: every level with its subtotals, the days of the period."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dangol.insight.warehouse.cube import Condition, Question
from dangol.web.insight.cube.asked import Asked


def question_of(asked: Asked, today: date) -> Question:
    """The question. Order, the first few and shares are the table's own: totals are of everything."""
    compare: Literal["", "before"] = "before" if asked.compare == "before" else ""
    span = asked.span(today)
    where = tuple(Condition(name, values) for name, values in asked.parts)
    return Question(
        asked.metrics, asked.by, where, span.since, span.until, totals=True, compare=compare,
    )  # fmt: skip
