"""Keeps how the last questions are put to the engine: to make SQL of one takes longer than a small shop's answer.

A question is the expression itself, tables by name and columns: the same question of another version of the lake,
or by another scope that sees the same, is put in the same words. Called by: the engines. Must never know: which
tables there are, and what they hold.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pyarrow as pa

KEPT = 500  # of a page's questions some ten are new each day; all pages together ask about three hundred


@dataclass(frozen=True, slots=True)
class Question:
    """The words of an engine, and the columns they promise."""

    sql: str
    columns: pa.Schema


class Questions:
    """The last questions of one kind of engine, of all threads together."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Any, Question] = OrderedDict()
        self._changing = Lock()

    def put(self, expression: Any, translate: Callable[[Any], object]) -> Question:
        """The expression as the engine takes it: as it was put before, else as `translate` puts it now."""
        operation = expression.op()
        with self._changing:
            known = self._known.get(operation)
            if known:
                self._known.move_to_end(operation)
                return known
        made = Question(str(translate(expression)), expression.schema().to_pyarrow())
        with self._changing:
            self._known[operation] = made
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return made
