"""Opening what people call a table: text in the encodings of Korea (text_files), a workbook (workbooks), a web page.

Every cell comes out as text and every row with its number as a spreadsheet counts it, from 1; what a cell
means is not decided here.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from dangol.contact.intake.headers import known
from dangol.lib.errors import DangolError

LOOKED_AT = 40  # rows looked at to find the headings
SAMPLES = 20
ROWS = 20_000
NAMED = 20  # rows told by their number
WIDEST = 16_384  # columns, as many as a spreadsheet has

type Cells = list[str]


class CannotRead(DangolError):
    """The file is no table that can be read; the message says why and what would be."""


@dataclass
class Unreadable:
    """How many resident numbers were made unreadable, and the first rows that held one, in order."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def note(self, row: int, count: int) -> None:
        """Count those of one row."""
        self.count += count
        if row not in self.rows:
            insort(self.rows, row)
            del self.rows[NAMED:]


@dataclass
class Table:
    """An open table. `headings_at` is the row of the headings; data begin on the next.

    `batches()` yields record batches with a column `row` and one text column c0, c1, … for each heading.
    While it runs `broken` fills with rows too wide for the headings, (row, cells), or with rows that are none, for
    which `reasons` says why; `unreadable` with what may not be kept; and `read()` says how many of `size` (bytes of a
    text, rows of a sheet) are done. Then `notes()` tells what was decided or put right on the way. `digest` is that of
    the file as it came, where the table is a copy of it.
    """

    headings: Cells
    headings_at: int
    encoding: str
    samples: list[Cells]
    size: int
    batches: Callable[[], Iterator[pa.RecordBatch]]
    read: Callable[[], int]
    broken: list[tuple[int, Cells]] = field(default_factory=list)
    unreadable: Unreadable = field(default_factory=Unreadable)
    digest: str = ""
    notes: Callable[[], list[str]] = list
    reasons: dict[int, str] = field(default_factory=dict)


def opened(path: Path, *, today: date, wanted: Collection[str] = (), glance: bool = False) -> Table:
    """The table in a file, whatever its name ends in, without resident numbers; `wanted` headings must be there.

    today: births after it are none. At a glance only the beginning decides on the encoding, so that a large file is
    shown at once. Raises CannotRead.
    """
    from dangol.contact.intake.unkept import unkept

    try:
        before = _state(path)
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise CannotRead(
            _("%(file)s cannot be opened: %(reason)s.") % {"file": path.name, "reason": error.strerror or error}
        ) from error
    if not start:
        raise nothing_in(path)
    table = _opened(path, start, wanted=wanted, glance=glance)
    return unkept(replace(table, batches=lambda: _unchanged(path, before, table.batches())), today=today)


def _state(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns


def _unchanged(path: Path, before: tuple[int, int, int], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, if the file is at their end what it was when it was opened; else it is refused."""
    changed = CannotRead(
        _("%(file)s was changed while it was read. Wait until nothing writes into it, and import it again.")
        % {"file": path.name}
    )
    try:
        yield from batches
    except CannotRead as error:
        raise (error if _still(path, before) else changed) from error
    if not _still(path, before):
        raise changed


def _still(path: Path, before: tuple[int, int, int]) -> bool:
    try:
        return _state(path) == before
    except OSError:
        return False


def _opened(path: Path, start: bytes, *, wanted: Collection[str], glance: bool) -> Table:
    from dangol.contact.intake import html_files, json_files, mail_files, parquet_files, received, text_files, workbooks
    from dangol.contact.intake.web_logs import reading as web_logs

    if start.startswith(received.MAGIC):
        return received.opened(path) if received.is_one(path) else parquet_files.opened(path)
    if start.startswith(workbooks.MAGIC):
        return workbooks.opened(path, wanted=wanted)
    beginning = text_files.beginning(path)
    if json_files.is_one(beginning):
        return json_files.opened(path, glance=glance)
    if web_logs.is_one(beginning):
        return web_logs.opened(path)
    if html_files.is_one(beginning):
        return html_files.opened(path, wanted=wanted, glance=glance)
    if mail_files.is_one(beginning):
        return mail_files.opened(path)
    return text_files.opened(path, wanted=wanted, glance=glance)


def listed(rows: Collection[int]) -> str:
    """The first rows of many as a sentence names them."""
    more = ", …" if len(rows) > NAMED else ""
    return ", ".join(f"{row:,}" for row in islice(rows, NAMED)) + more


def nothing_in(path: Path) -> CannotRead:
    return CannotRead(_("%(file)s is empty: there is nothing in it to import.") % {"file": path.name})


def too_wide(path: Path) -> CannotRead:
    return CannotRead(
        _("%(file)s has more than %(count)s columns. Import a table with fewer.")
        % {"file": path.name, "count": f"{WIDEST:,}"}
    )


def headings_place(rows: Sequence[Cells], path: Path, *, wanted: Collection[str] = ()) -> int:
    """Index of the row of headings, below any title rows. Raises CannotRead when none looks like one."""
    if not any(any(cells) for cells in rows):
        raise nothing_in(path)
    looked_at = list(rows[:LOOKED_AT])
    if wanted:
        for place, cells in enumerate(looked_at):
            if set(wanted) <= set(unique(cells)):
                return place
    best = max(range(len(looked_at)), key=lambda place: (known(looked_at[place]), -place))
    if known(looked_at[best]) >= 2:
        return best
    for place, cells in enumerate(looked_at):
        if _may_be_headings(cells):
            return place
    raise CannotRead(
        _(
            "%(file)s has no row of headings. Put one above the data, such as:"
            " customer number, date, amount (고객번호, 일자, 금액)."
        )
        % {"file": path.name}
    )


def _may_be_headings(cells: Cells) -> bool:
    filled = [cell for cell in cells if cell]
    wordy = all(any(char.isalpha() for char in cell) for cell in filled)
    digits = sum(char.isdigit() for cell in filled for char in cell)
    enough = len(filled) >= 3 or (len(filled) == 2 and known(cells) > 0)
    return enough and wordy and len(set(filled)) == len(filled) and digits <= len(filled) // 3


def unique(cells: Sequence[str]) -> Cells:
    """Headings that tell columns apart: a blank one gets a number, one that comes again is counted."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    seen: Counter[str] = Counter()
    headings = []
    for place, cell in enumerate(cells, 1):
        heading = " ".join(cell.split()) or _("Column %(number)s") % {"number": place}
        seen[heading] += 1
        headings.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return headings


def batch_of(numbers: Sequence[int], rows: Sequence[Cells], width: int) -> pa.RecordBatch:
    """Rows of cells as a record batch of the table's shape."""
    columns = [pa.array([cells[place] for cells in rows], pa.string()) for place in range(width)]
    return pa.record_batch([pa.array(numbers, pa.int64()), *columns], names_of(width))


def without_nul(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch without the one character no database keeps in a text."""
    columns = []
    for column in batch.columns:
        text = pa.types.is_string(column.type) and column.buffers()[2]
        held = text and len(column) and not np.frombuffer(text, np.uint8).all()
        columns.append(pc.replace_substring(column, "\0", "") if held else column)
    return pa.record_batch(columns, batch.schema)


def names_of(width: int) -> list[str]:
    return ["row", *(f"c{place}" for place in range(width))]


def fitted(cells: Cells, width: int) -> Cells | None:
    """The cells brought to the width of the headings; None when more cells are filled than there are headings."""
    if any(cell.strip() for cell in cells[width:]):
        return None
    return [*cells[:width], *[""] * (width - len(cells))]
