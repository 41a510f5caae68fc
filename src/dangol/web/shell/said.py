"""Numbers as people read them that still know what they are: a page says 5만 8,100원, a spreadsheet takes 58100.

Whatever is joined to other words becomes plain text again, and is taken for text everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

PERCENT = "%"
PLACES = 6  # of a number in a file: below it stands nothing but the noise of counting

type Cell = int | float | str


class Said(str):
    """How a number is said; `number` is None where it is not known, `unit` is a currency or % where it has one."""

    number: int | float | None
    unit: str

    def __new__(cls, words: str, number: float | Decimal | None, unit: str = "") -> Said:
        self = super().__new__(cls, words)
        self.number = None if number is None else _short(number)
        self.unit = unit
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Said, (str(self), self.number, self.unit)


class Parts(str):
    """Several numbers in one cell, each with what it is called in a column of its own."""

    parts: tuple[tuple[str, str], ...]

    def __new__(cls, words: str, parts: Sequence[tuple[str, str]]) -> Parts:
        self = super().__new__(cls, words)
        self.parts = tuple(parts)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Parts, (str(self), self.parts)


def span(low: str, high: str) -> Parts:
    """An interval in words, which knows both ends."""
    return Parts(f"{low} ~ {high}", [(_("from"), low), (_("to"), high)])


def in_numbers(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """A table as a spreadsheet takes it: numbers are numbers, their unit stands in the heading, parts of a
    cell in columns of their own. A column of several units stays as it is said.
    """
    taken: list[tuple[str, list[Any]]] = []
    for place, heading in enumerate(columns):
        cells = [row[place] for row in rows]
        apart = next((cell.parts for cell in cells if isinstance(cell, Parts)), ())
        for number, (name, _cell) in enumerate(apart):
            taken.append(_column(f"{heading}, {name}", [_part(cell, number) for cell in cells]))
        if not apart:
            taken.append(_column(heading, cells))
    headings, columns_of_cells = [heading for heading, _cells in taken], [cells for _heading, cells in taken]
    return headings, [list(row) for row in zip(*columns_of_cells, strict=True)]


def _column(heading: str, cells: list[Any]) -> tuple[str, list[Any]]:
    units = {cell.unit for cell in cells if isinstance(cell, Said) and cell.number is not None}
    if len(units) > 1:
        return heading, cells
    unit = next(iter(units), "")
    told = f"{heading} ({unit})" if unit and f"({unit})" not in heading else heading
    return told, [_number(cell) if isinstance(cell, Said) else cell for cell in cells]


def _number(cell: Said) -> Cell:
    return "" if cell.number is None else cell.number


def _part(cell: Any, number: int) -> Any:
    """One of its numbers; what is no such cell is empty, or a word that stands in the first column."""
    if isinstance(cell, Parts):
        return cell.parts[number][1]
    return "" if number else cell


def _short(number: float | Decimal) -> int | float:
    if isinstance(number, int):
        return number
    short = round(float(number), PLACES)
    return int(short) if short.is_integer() else short
