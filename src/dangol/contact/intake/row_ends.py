"""Where a row of text ends: at the end of its line, unless the line ends inside a cell between quotation marks.

Where all marks are as the rule has them, the column engine reads a block at once. A mark that is never closed would
swallow the rows that follow; there the block is read line by line, and such a row ends with its line.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from dangol.contact.intake.tables import Cells

LONGEST = 2 << 20  # bytes of one row
AHEAD = 50  # lines that one row may go on over, where marks are odd
_MARK, _END = ord('"'), ord("\n")

csv.field_size_limit(2 * LONGEST)  # a long cell is a long row: told as one, with its number


class Row(NamedTuple):
    """A row as it was written; `healed` where a mark in it was not closed and it was read to the end of its line."""

    text: str
    healed: bool


def sound_end(block: bytes, delimiter: str, width: int) -> int | None:
    """How many bytes of the block are whole rows; None where quotation marks do not stand as the rule has them."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    letters = np.frombuffer(block, np.uint8)
    marks = np.flatnonzero(letters == _MARK)
    end = _last_end(block, marks)
    within = int(np.searchsorted(marks, end))
    if not within:
        return end
    opening, closing = marks[:within:2], marks[1:within:2]
    beside = np.zeros(256, bool)
    beside[[ord(delimiter), _END, ord("\r")]] = True
    doubled = opening[1:] == closing[: len(opening) - 1] + 1
    begins = beside[letters[opening - 1]] | (opening == 0)
    ends = beside[letters[closing + 1]]
    begins[1:] |= doubled
    ends[: len(doubled)] |= doubled
    if not (begins.all() and ends.all()) or _swallowing(block[:end], opening, closing, delimiter, width):
        return None
    return end


def mended(block: bytes, delimiter: str, width: int, *, final: bool) -> tuple[bytes, int, list[int]]:
    """The rows of a block with odd marks as sound text, how many bytes of it they were, and which rows were healed.

    What may go on beyond the block is left for the next, unless this is the last.
    """
    whole = len(block) if final else block.rfind(b"\n") + 1
    sound, used, healed = [], 0, []
    for number, row in enumerate(rows(block[:whole].decode("utf-8", "replace"), delimiter, width=width, final=final)):
        used += len(row.text.encode())
        sound.append(_rewritten(row.text, delimiter) if row.healed else row.text)
        if row.healed:
            healed.append(number)
    return "".join(sound).encode(), used, healed


def rows(text: str, delimiter: str, *, width: int = 0, final: bool = True) -> Iterator[Row]:
    """The rows of a text one by one; if it is not final, without a last one that may go on."""
    lines = list(io.StringIO(text, newline=""))
    place = 0
    while place < len(lines):
        row, count = _row(lines, place, delimiter, width)
        if not final and row.healed and place + AHEAD >= len(lines) and _unclosed(row.text, delimiter):
            return
        yield row
        place += count


def cells_of(text: str, delimiter: str) -> Cells:
    """The cells of one row, whatever its marks."""
    return next(csv.reader([text], delimiter=delimiter), [])


def _row(lines: list[str], place: int, delimiter: str, width: int) -> tuple[Row, int]:
    text = lines[place]
    if '"' not in text:
        return Row(text, False), 1
    for count in range(1, min(AHEAD, len(lines) - place) + 1):
        if count > 1:
            text += lines[place + count - 1]
            if '"' not in lines[place + count - 1]:
                continue
        try:
            cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            break
        if any(_swallows(cell, delimiter, width) for cell in cells):
            break
        return Row(text, False), count
    return Row(lines[place], True), 1


def _unclosed(text: str, delimiter: str) -> bool:
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _rewritten(text: str, delimiter: str) -> str:
    sink = io.StringIO()
    cells = cells_of(text.rstrip("\r\n"), delimiter)
    csv.writer(sink, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return sink.getvalue()


def _last_end(block: bytes, marks: np.ndarray[Any, np.dtype[np.int64]]) -> int:
    """The place after the last end of a line that lies outside quotation marks."""
    place = block.rfind(b"\n")
    while place >= 0:
        before = int(np.searchsorted(marks, place))
        if before % 2 == 0:
            break
        place = block.rfind(b"\n", 0, int(marks[before - 1]))
    return place + 1


def _swallowing(block: bytes, opening: Any, closing: Any, delimiter: str, width: int) -> bool:
    """Whether a cell holds what looks like whole rows of this table: two odd marks that happen to fit each other."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _END)
    pairs = np.searchsorted(opening, ends) - 1
    inside = (pairs >= 0) & (ends < closing[np.maximum(pairs, 0)])
    return any(
        _swallows(block[opening[pair] + 1 : closing[pair]].decode("utf-8", "replace"), delimiter, width)
        for pair in np.unique(pairs[inside]).tolist()
    )


def _swallows(cell: str, delimiter: str, width: int) -> bool:
    if width < 3 or "\n" not in cell:
        return False
    return any(line.count(delimiter) >= width - 1 for line in cell.split("\n"))
