"""Cells that a workbook shows as one over several rows: what stands in the first counts for each, unless it is a sum.

People write the day, the receipt and the customer of a receipt once and join the cells beside its lines. An amount that
is joined like that is the whole receipt's: repeated on each line it would count several times.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

type Place = tuple[int, int]  # row and column, from 0

_NUMBER = re.compile(r"[-−–△▲(₩￦$\s]*\d{1,3}(,?\d{3})*(\.\d+)?\s*(원|\))?")


class Merged:
    """What is to be filled in while the rows of a sheet go by in their order; `filled` counts it.

    codes: columns that hold numbers of people, receipts and the like, which are no sums.
    """

    def __init__(self, ranges: Iterable[tuple[Place, Place]], codes: Collection[int]) -> None:
        self._ends: dict[Place, int] = {
            (top, column): bottom for (top, column), (bottom, _right) in ranges if bottom > top
        }
        self._columns = sorted({column for _top, column in self._ends})
        self._codes = codes
        self._open: dict[int, tuple[int, str]] = {}
        self.filled = 0

    def fill(self, place: int, row: list[Any], cells: list[str]) -> None:
        """Fill in the row at a place, from 0, unless it is blank; `row` as it came, `cells` as they are written."""
        blank = not any(cells)
        for column in self._columns:
            if column >= len(cells):
                break
            bottom = self._ends.get((place, column))
            if bottom is not None:
                self._begin(column, bottom, row[column], cells[column])
            elif not blank and not cells[column] and column in self._open and place <= self._open[column][0]:
                cells[column] = self._open[column][1]
                self.filled += 1

    def _begin(self, column: int, bottom: int, cell: Any, text: str) -> None:
        a_sum = isinstance(cell, int | float) or (isinstance(cell, str) and _NUMBER.fullmatch(text) is not None)
        if text and (column in self._codes or not a_sum):
            self._open[column] = bottom, text
        else:
            self._open.pop(column, None)
