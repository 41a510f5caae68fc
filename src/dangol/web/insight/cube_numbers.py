"""An answer of the cube as numbers for programs, as CSV, and as a table for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer, Question, units
from dangol.insight.warehouse.metrics import Unit
from dangol.lib import money
from dangol.lib.formulas import plain

type Rows = Sequence[Sequence[Any]]

GAP = "  "


def numbers(question: Question, answer: Answer, currency: str) -> list[list[Any]]:
    """The rows with money in major units; a dimension that is summed over stays None."""
    kinds = [None] * len(question.by) + list(units(question).values())
    return [
        [_number(value, currency) if kind is Unit.MONEY else value for kind, value in zip(kinds, row, strict=True)]
        for row in answer.rows
    ]


def as_csv(question: Question, answer: Answer, rows: Rows) -> str:
    """With a heading; nothing in it is taken for a formula."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(answer.columns)
    for row in rows:
        out.writerow([plain(value) for value in row])
    return text.getvalue()


def as_table(question: Question, answer: Answer, rows: Rows) -> str:
    """For people at a terminal: texts to the left, numbers to the right, totals named as such."""
    kinds = [None] * len(question.by) + list(units(question).values())
    cells = [list(answer.columns)]
    for row in rows:
        cells.append([_said(value, kind) for value, kind in zip(row, kinds, strict=True)])
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = [
        GAP.join(_padded(text, width, left=kind is None) for text, width, kind in zip(row, widths, kinds, strict=True))
        for row in cells
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _number(value: float | None, currency: str) -> float | None:
    if value is None or money.exponent(currency) == 0:
        return value
    return money.as_number(value, currency) if isinstance(value, int) else value / 10 ** money.exponent(currency)


def _said(value: Any, kind: Unit | None) -> str:
    if kind is None:
        return _("Total") if value is None else str(value) or "–"
    if value is None:
        return "–"
    if kind is Unit.SHARE:
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
