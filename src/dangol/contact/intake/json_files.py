"""Tables written as JSON: an object on each line, or one array of objects; every key is a column.

The file is read twice: once for its keys, which may first come in the last object, and once for its rows. A row is
counted as its line, in an array as its place. Lists and objects inside an object stay JSON, as the text of their cell.
"""

import codecs
import json
import re
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.contact.intake.row_ends import LONGEST
from dangol.contact.intake.tables import (
    ROWS,
    SAMPLES,
    WIDEST,
    CannotRead,
    Cells,
    Table,
    batch_of,
    nothing_in,
    too_wide,
    unique,
    without_nul,
)
from dangol.contact.intake.text_files import BLOCK, Encoding, encoding_of, unpacked

_LINES = re.compile(r"\s*\{")
_ARRAY = re.compile(r"\s*\[\s*(\{|\]\s*$)")
_GAP = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")

type Told = dict[str, Any] | None  # None for what is no object


def is_one(start: str) -> bool:
    """Whether a text begins like JSON with rows in it."""
    start = start.lstrip("\ufeff")
    line = start.lstrip().partition("\n")[0]
    return bool(_ARRAY.match(start)) or (bool(_LINES.match(start)) and _object(line)[0])


def opened(path: Path, *, glance: bool = False) -> Table:
    """The table in such a file. Raises CannotRead."""
    reading = _Reading(path, encoding_of(path, glance=glance))
    samples: list[dict[str, Any]] = []
    keys: dict[str, None] = {}
    for row, told, _written in reading.rows():
        keys.update(dict.fromkeys(told or ()))
        if len(keys) > WIDEST:
            raise too_wide(path)
        if told and len(samples) < SAMPLES:
            samples.append(told)
        if glance and row >= ROWS:
            break
    if not keys:
        raise nothing_in(path)
    reading.keys = list(keys)
    headings = unique([*keys, "."])[:-1]  # not even a last key without a name is left out
    return Table(
        headings, 0, f"json, {reading.encoding.name}", [reading.cells(told) for told in samples], path.stat().st_size,
        reading.batches, lambda: reading.position, reading.broken, reasons=reading.reasons,
    )  # fmt: skip


class _Reading:
    def __init__(self, path: Path, encoding: Encoding) -> None:
        self.path, self.encoding = path, encoding
        self.keys: list[str] = []
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []
        self.reasons: dict[int, str] = {}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The objects as rows; what is none is broken, with the reason."""
        width = len(self.keys)
        for part in batched(self.rows(), max(1, min(ROWS, LONGEST // max(1, width)))):
            numbers = [row for row, told, _written in part if told is not None]
            yield without_nul(batch_of(numbers, [self.cells(told) for _r, told, _w in part if told is not None], width))
            for row, told, written in part:
                if told is None:
                    self.broken.append((row, [written]))
                    self.reasons[row] = _("Row %(row)s: “%(cell)s” is no JSON object such as %(example)s.") % {
                        "row": row, "cell": written[:40], "example": '{"date": "2026-11-22", "amount": 12000}'
                    }  # fmt: skip

    def cells(self, told: dict[str, Any]) -> Cells:
        return [_cell(told.get(key)) for key in self.keys]

    def rows(self) -> Iterator[tuple[int, Told, str]]:
        """(row, object, what was written where it is no object)."""
        with unpacked(self.path) as (file, raw):
            file.read(self.encoding.mark)
            decoder = codecs.getincrementaldecoder(self.encoding.name)("replace")

            def texts() -> Iterator[str]:
                while block := file.read(BLOCK):
                    self.position = raw.tell()
                    yield decoder.decode(block)

            parts = texts()
            first = next(parts, "")
            if _ARRAY.match(first):
                yield from self._elements(first, parts)
            else:
                yield from self._lines(first, parts)

    def _lines(self, rest: str, parts: Iterator[str]) -> Iterator[tuple[int, Told, str]]:
        row = 0
        while True:
            *lines, rest = rest.split("\n")
            for line in lines:
                row += 1
                yield from _read(row, line)
            if len(rest) > LONGEST:
                raise self._too_long(row + 1)
            more = next(parts, None)
            if more is None:
                break
            rest += more
        yield from _read(row + 1, rest)

    def _elements(self, rest: str, parts: Iterator[str]) -> Iterator[tuple[int, Told, str]]:
        decoder = json.JSONDecoder(parse_float=_Written, parse_int=_Written, parse_constant=_Written)
        place, row = rest.index("[") + 1, 0
        while True:
            place = _end(_GAP, rest, place)
            if rest[place : place + 1] == "]":
                return
            try:
                told, end = decoder.raw_decode(rest, place)
                whole = _end(_SPACE, rest, end) < len(rest)  # 12 may be the beginning of 123
            except (json.JSONDecodeError, RecursionError):
                whole = False
            if whole:
                row, place = row + 1, end
                yield row, told if isinstance(told, dict) else None, "" if isinstance(told, dict) else str(told)
                continue
            more = next(parts, None)
            if more is None:
                raise CannotRead(
                    _("%(file)s cannot be read past row %(row)s: what follows is no JSON, or its end is missing.")
                    % {"file": self.path.name, "row": f"{row:,}"}
                )
            rest, place = rest[place:] + more, 0
            if len(rest) > LONGEST + len(more):
                raise self._too_long(row + 1)

    def _too_long(self, row: int) -> CannotRead:
        return CannotRead(
            _("%(file)s cannot be read past row %(row)s: the row is longer than %(size)s MB.")
            % {"file": self.path.name, "row": f"{row:,}", "size": LONGEST >> 20}
        )


class _Written(str):
    """A number as it was written: 1.10 stays 1.10."""


def _read(row: int, line: str) -> Iterator[tuple[int, Told, str]]:
    if line.strip("\ufeff\0 \t\r\n"):
        found, told = _object(line)
        yield row, told if found else None, "" if found else line.strip()[:1000]


def _object(line: str) -> tuple[bool, dict[str, Any]]:
    try:
        told = json.loads(
            line.strip("\ufeff\0 \t\r\n"), parse_float=_Written, parse_int=_Written, parse_constant=_Written
        )
    except (ValueError, RecursionError):
        return False, {}
    return isinstance(told, dict), told if isinstance(told, dict) else {}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    written = str(value) if isinstance(value, str) else _as_json(value)
    # Half of a character that is written as two, without its other half, is none.
    return written if written.isascii() else written.encode("utf-8", "replace").decode()


def _as_json(value: Any) -> str:
    """A list or an object as JSON again, its numbers as they were written."""
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_as_json(one)}" for key, one in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
