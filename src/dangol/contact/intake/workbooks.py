"""Tables in workbooks: XLSX, XLS, XLSB and ODS, the first sheet that looks like a table."""

import zipfile
import zlib
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import batched, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.contact.intake.headers import known
from dangol.contact.intake.tables import (
    LOOKED_AT,
    ROWS,
    SAMPLES,
    CannotRead,
    Cells,
    Table,
    batch_of,
    fitted,
    headings_place,
    nothing_in,
    unique,
)

CHUNK = 1 << 20  # bytes
UNPACKED = 2 << 30  # bytes; more than the fullest sheet a spreadsheet program can write
MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip and the older container


def opened(path: Path, *, wanted: Collection[str] = ()) -> Table:
    """The table in a workbook. Raises CannotRead."""
    sheet, head = _likeliest(path)
    place = headings_place(head, path, wanted=wanted)
    headings = unique(head[place])
    reading = _Reading(sheet, len(headings), first_row=place + 2)
    samples = [fitted(cells, len(headings)) or cells[: len(headings)] for cells in head[place + 1 :] if any(cells)]
    return Table(
        headings, place + 1, path.suffix.removeprefix(".").lower() or "xlsx", samples[:SAMPLES],
        (sheet.total_height or 0), reading.batches, lambda: reading.position, reading.broken,
    )  # fmt: skip


def _likeliest(path: Path) -> tuple[Any, list[Cells]]:
    """The sheet with the most known headings, the first among equals, and its first rows."""
    import python_calamine

    _refuse_bomb(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except Exception as error:  # whatever the reader finds wrong, in Rust or below
        raise _unreadable(path, error) from error
    heads = [[_written_row(row) for row in islice(sheet.iter_rows(), LOOKED_AT + SAMPLES)] for sheet in sheets]
    filled = [place for place, head in enumerate(heads) if any(any(cells) for cells in head)]
    if not filled:
        raise nothing_in(path)
    best = max(filled, key=lambda place: (max(known(cells) for cells in heads[place]), -place))
    return sheets[best], heads[best]


def _refuse_bomb(path: Path) -> None:
    """Unpack it once without keeping anything: the reader would take all of a small file that unpacks to gigabytes."""
    if not zipfile.is_zipfile(path):
        return
    left = UNPACKED
    try:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                with packed.open(name) as part:
                    while left >= 0 and (read := part.read(CHUNK)):
                        left -= len(read)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError) as error:
        raise _unreadable(path, error) from error
    if left < 0:
        raise CannotRead(
            _("%(file)s is larger than %(size)s GB when unpacked. Save the table as CSV and try again.")
            % {"file": path.name, "size": UNPACKED >> 30}
        )


def _unreadable(path: Path, error: Exception) -> CannotRead:
    return CannotRead(
        _("%(file)s is not a workbook that can be read (%(reason)s). Save it as XLSX without a password.")
        % {"file": path.name, "reason": error}
    )


class _Reading:
    def __init__(self, sheet: Any, width: int, *, first_row: int) -> None:
        self.sheet, self.width, self.first_row = sheet, width, first_row
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        rows = islice(enumerate(self.sheet.iter_rows(), 1), self.first_row - 1, None)
        for chunk in batched(rows, ROWS):
            numbers, whole = [], []
            for number, row in chunk:
                cells = _written_row(row)
                fit = fitted(cells, self.width)
                if fit is None:
                    self.broken.append((number, cells))
                else:
                    numbers.append(number)
                    whole.append(fit)
            self.position = chunk[-1][0]
            yield batch_of(numbers, whole, self.width)


def _written_row(row: list[Any]) -> Cells:
    return [_written(cell) for cell in row]


def _written(cell: Any) -> str:
    """A cell as it would be written into a text file: 1012345678.0 → 1012345678, a time stamp in ISO form."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
