"""Keeps questions over the registry of metrics: what, by what, of whom, when, with totals, shares and the time before.

A question is names and texts; names are looked up, texts become literals, so that nothing of it is ever SQL. Totals are
worked out from the rows at every level, never added up. Called by: pages, the command, the API. Must never know: who
asks, other than their scope.
"""

from dangol.insight.warehouse.cube.answer import Answer, answered, units
from dangol.insight.warehouse.cube.behind import behind, of_each
from dangol.insight.warehouse.cube.question import BadQuestion, Condition, Question
from dangol.insight.warehouse.cube.reading import read
from dangol.insight.warehouse.cube.unheard import unheard

__all__ = [
    "Answer", "BadQuestion", "Condition", "Question", "answered", "behind", "of_each", "read", "unheard", "units",
]  # fmt: skip
