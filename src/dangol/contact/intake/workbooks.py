"""Tables in workbooks: XLSX, XLS, XLSB and ODS, the first sheet that looks most like a table.

A formula is what it was last worked out to; a cell with an error (#N/A) is an empty one; hidden rows are rows.
"""

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
from django.utils.translation import ngettext

from dangol.contact.intake.headers import codes, known
from dangol.contact.intake.merged_cells import Merged
from dangol.contact.intake.tables import (
    LOOKED_AT,
    NAMED,
    ROWS,
    SAMPLES,
    WIDEST,
    CannotRead,
    Cells,
    Table,
    batch_of,
    fitted,
    headings_place,
    nothing_in,
    too_wide,
    unique,
    without_nul,
)

CHUNK = 1 << 20  # bytes
UNPACKED = 2 << 30  # bytes; more than the fullest sheet a spreadsheet program can write
MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip and the older container


def opened(path: Path, *, wanted: Collection[str] = ()) -> Table:
    """The table in a workbook. Raises CannotRead."""
    sheet, head, others = _likeliest(path, wanted)
    place = headings_place(head, path, wanted=wanted)
    headings = unique(head[place])
    if len(headings) > WIDEST:
        raise too_wide(path)
    reading = _Reading(sheet, headings, first_row=place + 2)
    samples = [fitted(cells, len(headings)) or cells[: len(headings)] for cells in head[place + 1 :] if any(cells)]
    return Table(
        headings, place + 1, path.suffix.removeprefix(".").lower() or "xlsx", samples[:SAMPLES],
        (sheet.total_height or 0), reading.batches, lambda: reading.position, reading.broken,
        notes=lambda: [*([_one_of_several(sheet.name, others)] if others else []), *reading.notes()],
    )  # fmt: skip


def _likeliest(path: Path, wanted: Collection[str]) -> tuple[Any, list[Cells], list[str]]:
    """The sheet with the wanted, or the most known, headings, the first among equals; its first rows; other sheets."""
    _refuse_bomb(path)
    best: tuple[tuple[bool, int], Any, list[Cells]] | None = None
    filled = []
    for sheet in _sheets(path):
        head = [_written_row(row) for row in islice(sheet.iter_rows(), LOOKED_AT + SAMPLES)]
        if not any(any(cells) for cells in head):
            continue
        filled.append(sheet.name)
        rank = any(set(wanted) <= set(cells) for cells in head) if wanted else False, max(map(known, head))
        if best is None or rank > best[0]:
            best = rank, sheet, head
    if best is None:
        raise nothing_in(path)
    _rank, sheet, head = best
    return sheet, head, [name for name in filled if name != sheet.name]


def _sheets(path: Path) -> Iterator[Any]:
    """One sheet after the other: all at once would be held in memory."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        kinds = {told.name: told.typ for told in book.sheets_metadata}
        for name in book.sheet_names:
            if kinds.get(name) in (None, python_calamine.SheetTypeEnum.WorkSheet):
                yield book.get_sheet_by_name(name)
    except Exception as error:  # whatever the reader finds wrong, in Rust or below
        raise _unreadable(path, error) from error


def _one_of_several(name: str, others: list[str]) -> str:
    return _("The sheet “%(sheet)s” is read; not read are: %(others)s.") % {
        "sheet": name, "others": ", ".join(others[:NAMED]) + (", …" if len(others) > NAMED else "")
    }  # fmt: skip


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
    def __init__(self, sheet: Any, headings: Cells, *, first_row: int) -> None:
        self.sheet, self.width, self.first_row = sheet, len(headings), first_row
        self.codes = codes(headings)
        self.merged = Merged((), ())
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        self.merged = Merged(self.sheet.merged_cell_ranges or (), self.codes)
        rows = islice(enumerate(self.sheet.iter_rows(), 1), self.first_row - 1, None)
        for chunk in batched(rows, ROWS):
            numbers, whole = [], []
            for number, row in chunk:
                cells = _written_row(row)
                self.merged.fill(number - 1, row, cells)
                fit = fitted(cells, self.width)
                if fit is None:
                    self.broken.append((number, cells))
                else:
                    numbers.append(number)
                    whole.append(fit)
            self.position = chunk[-1][0]
            yield without_nul(batch_of(numbers, whole, self.width))

    def notes(self) -> list[str]:
        """What was filled in, once the rows were read."""
        told = ngettext(
            "%(count)s cell below a merged one was taken to say the same.",
            "%(count)s cells below merged ones were taken to say the same.",
            self.merged.filled,
        )
        return [told % {"count": f"{self.merged.filled:,}"}] if self.merged.filled else []


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
