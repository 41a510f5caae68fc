"""Tables written as text: CSV, TSV and their kin, plain or packed, in UTF-8, CP949 or UTF-16.

What is labelled EUC-KR is read as CP949, which holds it and the syllables it lacks.
"""

import codecs
import csv
import gzip
import io
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.contact.intake.headers import known
from dangol.contact.intake.tables import (
    LOOKED_AT,
    SAMPLES,
    CannotRead,
    Cells,
    Table,
    batch_of,
    fitted,
    headings_place,
    names_of,
    unique,
)

DELIMITERS = ",\t;|"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GZIP = b"\x1f\x8b"
HEAD = 1 << 18  # bytes looked at to find delimiter and headings
BLOCK = 2 << 20  # bytes read at once; a row must fit into it


def opened(path: Path, *, wanted: Collection[str] = (), glance: bool = False) -> Table:
    """The table in a text file. Raises CannotRead."""
    encoding, mark = _encoding(path, glance=glance)
    with _unpacked(path) as (file, _raw):
        head = file.read(mark + HEAD)[mark:]
    text = head.decode(encoding, errors="ignore")  # a character cut in two at the end is left out
    delimiter = max(DELIMITERS, key=lambda sign: _likeness(text, sign))
    records = _records(text, delimiter)
    place = headings_place([cells for cells, _end in records], path, wanted=wanted)
    cells, end = records[place]
    headings = unique(cells)
    samples = [fitted(row, len(headings)) or row[: len(headings)] for row, _end in records[place + 1 :] if any(row)]
    begin = mark + len(text[:end].encode(encoding))
    reading = _Reading(path, encoding, begin, len(headings), delimiter, first_row=place + 2)
    return Table(
        headings, place + 1, encoding, samples[:SAMPLES], path.stat().st_size, reading.batches,
        lambda: reading.position, reading.broken,
    )  # fmt: skip


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The file's bytes, unpacked, and the file as it lies, whose position tells how far one is."""
    damaged = CannotRead(_("%(file)s is damaged: it cannot be read to its end.") % {"file": path.name})
    with path.open("rb") as raw:
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        try:
            yield file, raw
        except (gzip.BadGzipFile, EOFError) as error:
            raise damaged from error


def _encoding(path: Path, *, glance: bool) -> tuple[str, int]:
    """The encoding, and the bytes of the mark at the beginning that states it.

    Without a mark the whole file is tried, unless at a glance: half a file in another encoding would be lost.
    """
    with _unpacked(path) as (file, _raw):
        start = file.read(4)
    for sign, encoding in MARKS:
        if start.startswith(sign):
            return encoding, len(sign)
    for encoding in ("utf-8", "cp949"):
        if _decodes(path, encoding, glance=glance):
            return encoding, 0
    raise _no_text(path)


def _decodes(path: Path, encoding: str, *, glance: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _unpacked(path) as (file, _raw):
            while block := file.read(BLOCK):
                if "\0" in decoder.decode(block):
                    return False
                if glance:
                    return True
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(path: Path) -> CannotRead:
    return CannotRead(
        _("%(file)s is not a table: neither text in UTF-8 or CP949 nor a workbook. Save it as CSV or XLSX.")
        % {"file": path.name}
    )


def _records(text: str, delimiter: str) -> list[tuple[Cells, int]]:
    """The first records with the place in the text where each ends."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in io.StringIO(text, newline=""):
            consumed += len(line)
            yield line

    records: list[tuple[Cells, int]] = []
    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            records.append(([cell.strip() for cell in record], consumed))
            if len(records) == LOOKED_AT + SAMPLES:
                break
    except csv.Error:
        # A cell beyond all bounds: what came before it is looked at.
        return records
    return records


def _likeness(text: str, delimiter: str) -> tuple[int, int, int]:
    """How much the text looks like a table of this delimiter: headings known, rows of one width, that width."""
    rows = [cells for cells, _end in _records(text, delimiter) if any(cells)]
    width, count = Counter(len(cells) for cells in rows).most_common(1)[0] if rows else (0, 0)
    return max((known(cells) for cells in rows), default=0), count if width > 1 else 0, width if width > 1 else 0


class _Reading:
    """One pass over the rows below the headings."""

    def __init__(self, path: Path, encoding: str, begin: int, width: int, delimiter: str, *, first_row: int) -> None:
        self.path, self.encoding, self.begin, self.width = path, encoding, begin, width
        self.delimiter, self.first_row = delimiter, first_row
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []
        self._mended: list[tuple[int, Cells]] = []
        self._odd: list[int] = []  # places, from 1, of the rows that are not as wide as the headings

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows with their numbers. Raises CannotRead where the text stops being a table."""
        place = 1
        try:
            with _unpacked(self.path) as (file, raw):
                _skip(file, self.begin)
                for batch in self._opened(file):
                    numbers = self._places(place, batch.num_rows)
                    place = int(numbers[-1]) + 1 if len(numbers) else place
                    self.position = raw.tell()
                    rows = pa.array(numbers + (self.first_row - 1))
                    yield pa.record_batch([rows, *batch.columns], names_of(self.width))
                    if self._mended:
                        mended, cells = zip(*self._mended, strict=True)
                        yield batch_of(mended, cells, self.width)
                        self._mended.clear()
        except pa.ArrowInvalid as error:
            raise CannotRead(
                _("%(file)s cannot be read past row %(row)s: a quotation mark is not closed, or the row is too long.")
                % {"file": self.path.name, "row": self.first_row + place - 1}
            ) from error
        except UnicodeDecodeError as error:
            raise _no_text(self.path) from error

    def _opened(self, file: IO[bytes]) -> Iterator[pa.RecordBatch]:
        import pyarrow.csv

        names = names_of(self.width)[1:]
        try:
            return pyarrow.csv.open_csv(  # type: ignore[no-any-return]
                file,
                pyarrow.csv.ReadOptions(
                    column_names=names, encoding=self.encoding, block_size=BLOCK, use_threads=False
                ),
                pyarrow.csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False,
                    invalid_row_handler=self._take_odd,
                ),
                pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )  # fmt: skip
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return iter(())
            raise

    def _take_odd(self, row: Any) -> str:
        self._odd.append(row.number)
        cells = next(csv.reader([row.text], delimiter=self.delimiter), [])
        whole = fitted(cells, self.width)
        number = row.number + self.first_row - 1
        if whole is None:
            self.broken.append((number, cells))
        elif any(whole):
            self._mended.append((number, whole))
        return "skip"

    def _places(self, start: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The next `count` places from `start` that are not odd rows."""
        odd = [place for place in self._odd if place >= start]
        candidates = np.arange(start, start + count + len(odd), dtype=np.int64)
        return candidates[~np.isin(candidates, odd)][:count]


def _skip(file: IO[bytes], size: int) -> None:
    while size > 0:
        read = len(file.read(min(size, BLOCK)))
        if not read:
            return
        size -= read
