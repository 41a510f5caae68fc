"""Tables of web pages that are called XLS: what many shops and tills give for a workbook.

All rows of all tables are read one after the other, so that a table of titles stands above that of the data. A cell
that stretches over several columns is followed by empty ones, and one that stretches over several rows stands in the
first of them, as merged cells of a workbook do.
"""

import codecs
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from itertools import batched, islice
from pathlib import Path

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.contact.intake.row_ends import LONGEST
from dangol.contact.intake.tables import (
    LOOKED_AT,
    ROWS,
    SAMPLES,
    WIDEST,
    CannotRead,
    Cells,
    Table,
    batch_of,
    fitted,
    headings_place,
    too_wide,
    unique,
    without_nul,
)
from dangol.contact.intake.text_files import BLOCK, Encoding, encoding_of, no_text, unpacked

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|style|table)\b", re.I | re.S
)
_STRETCH = 1_000  # columns or rows of one cell, as browsers have it


def is_one(start: str) -> bool:
    """Whether a text begins like a web page with a table in it."""
    return bool(_PAGE.match(start.lstrip("\ufeff"))) and "<t" in start.lower()


def opened(path: Path, *, wanted: Collection[str] = (), glance: bool = False) -> Table:
    """The table in such a page. Raises CannotRead."""
    encoding = encoding_of(path, glance=glance)
    head = list(islice(_Reading(path, encoding).rows(), LOOKED_AT + SAMPLES))
    if not head:
        raise no_text(path)
    place = headings_place(head, path, wanted=wanted)
    headings = unique(head[place])
    if len(headings) > WIDEST:
        raise too_wide(path)
    samples = [fitted(cells, len(headings)) or cells[: len(headings)] for cells in head[place + 1 :] if any(cells)]
    reading = _Reading(path, encoding, len(headings), headings_at=place + 1)
    return Table(
        headings, place + 1, encoding.name, samples[:SAMPLES], path.stat().st_size, reading.batches,
        lambda: reading.position, reading.broken,
    )  # fmt: skip


class _Reading:
    """One pass over the rows of a page."""

    def __init__(self, path: Path, encoding: Encoding, width: int = 0, *, headings_at: int = 0) -> None:
        self.path, self.encoding, self.width, self.headings_at = path, encoding, width, headings_at
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        below = islice(enumerate(self.rows(), 1), self.headings_at, None)
        for chunk in batched(below, ROWS):
            numbers, whole = [], []
            for number, cells in chunk:
                fit = fitted(cells, self.width)
                if fit is None:
                    self.broken.append((number, cells))
                else:
                    numbers.append(number)
                    whole.append(fit)
            yield without_nul(batch_of(numbers, whole, self.width))

    def rows(self) -> Iterator[Cells]:
        """Every row of every table. Raises CannotRead for one that never ends."""
        decoder, page, last = codecs.getincrementaldecoder(self.encoding.name)("replace"), _Page(), 0
        with unpacked(self.path) as (file, raw):
            file.read(self.encoding.mark)
            while block := file.read(BLOCK):
                page.feed(decoder.decode(block))
                self.position = raw.tell()
                yield from page.taken()
                last += page.given
                if page.held > LONGEST:
                    raise CannotRead(
                        _("%(file)s cannot be read past row %(row)s: the row is longer than %(size)s MB.")
                        % {"file": self.path.name, "row": f"{last + 1:,}", "size": LONGEST >> 20}
                    )
        page.close()
        page.end_row()
        yield from page.taken()


class _Page(HTMLParser):
    """Gathers the cells of rows while the tags go by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._ended: list[Cells] = []
        self._row: Cells | None = None
        self._standing: dict[int, int] = {}  # column → further rows that a cell from above stands in
        self._cell: list[str] | None = None
        self._wide = self._high = 1
        self._size = self.given = 0

    @property
    def held(self) -> int:
        """Characters of what has not ended."""
        return self._size + len(self.rawdata)

    def taken(self) -> list[Cells]:
        """The rows that have ended since."""
        rows, self._ended = self._ended, []
        self.given = len(rows)
        return rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.end_row()
            self._standing = {}
        elif tag == "tr":
            self.end_row()
            self._row, self._size = [], 0
        elif tag in ("td", "th"):
            self._end_cell()
            told = dict(attrs)
            self._wide, self._high = _stretch(told.get("colspan")), _stretch(told.get("rowspan"))
            self._row = [] if self._row is None else self._row
            self._cell = []
        elif self._cell is not None and tag in ("br", "p", "div", "li"):
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not (self.cdata_elem or ""):
            self._cell.append(data)
            self._size += len(data)

    def end_row(self) -> None:
        """Put the row aside, if there is one; a table may leave the ends of its rows out."""
        self._end_cell()
        if self._row is not None:
            self._pass_standing(max((column for column, rows in self._standing.items() if rows), default=-1))
            self._ended.append(self._row)
        self._row, self._size = None, 0

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._pass_standing()
        first = len(self._row)
        self._row += [" ".join("".join(self._cell).split()), *[""] * (self._wide - 1)]
        if self._high > 1:
            self._standing |= dict.fromkeys(range(first, first + self._wide), self._high - 1)
        self._cell = None

    def _pass_standing(self, upto: int = -1) -> None:
        """Leave the columns empty in which a cell from above stands, and all before one of them."""
        while self._row is not None and (self._standing.get(len(self._row)) or len(self._row) <= upto):
            self._standing[len(self._row)] = max(self._standing.get(len(self._row), 0) - 1, 0)
            self._row.append("")


def _stretch(told: str | None) -> int:
    written = (told or "").strip()
    return min(int(written), _STRETCH) if written.isascii() and written.isdigit() and int(written) else 1
