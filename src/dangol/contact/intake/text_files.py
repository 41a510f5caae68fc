"""Tables written as text: CSV, TSV and their kin, plain or packed, in UTF-8, CP949 or UTF-16.

What is labelled EUC-KR is read as CP949, which holds it and the syllables it lacks. However large the text, a few
blocks of it are held at once.
"""

import codecs
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake.headers import known
from dangol.contact.intake.row_ends import LONGEST, cells_of, mended, rows, sound_end
from dangol.contact.intake.tables import (
    LOOKED_AT,
    SAMPLES,
    WIDEST,
    CannotRead,
    Cells,
    Table,
    batch_of,
    fitted,
    headings_place,
    listed,
    names_of,
    too_wide,
    unique,
)

DELIMITERS = ",\t;|"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
READABLE = ("utf-8", "cp949")  # what a text without a mark may be written in
GZIP = b"\x1f\x8b"
HEAD = 1 << 18  # bytes looked at to find delimiter and headings
BLOCK = 1 << 20  # bytes read at once
FLAWED = 50  # one of so many characters beyond ASCII may be broken: a till cuts a long name in the middle of a letter
UNPACKED, SMALLER = 1 << 30, 200  # a packed text of more bytes than this is not that many times smaller than it was
ESCAPED = re.compile("[\udc80-\udcff]{1,3}")  # bytes of one letter at most that are none
_JOINT = codecs.BOM_UTF8  # also where two files were put one after the other


class Encoding(NamedTuple):
    """What a text is written in, the bytes of the mark at its beginning that say so, and whether some are broken."""

    name: str
    mark: int = 0
    flawed: bool = False


def opened(path: Path, *, wanted: Collection[str] = (), glance: bool = False) -> Table:
    """The table in a text file. Raises CannotRead."""
    encoding = encoding_of(path, glance=glance)
    with unpacked(path) as (file, _raw):
        head = _plain(file.read(encoding.mark + HEAD)[encoding.mark :].decode(encoding.name, "ignore"))
    delimiter = max(DELIMITERS, key=lambda sign: _likeness(head, sign))
    looked_at = _records(head, delimiter)
    place = headings_place(looked_at, path, wanted=wanted)
    headings = unique(looked_at[place])
    if len(headings) > WIDEST:
        raise too_wide(path)
    samples = [fitted(row, len(headings)) or row[: len(headings)] for row in looked_at[place + 1 :] if any(row)]
    reading = _Reading(path, encoding, len(headings), delimiter, headings_at=place + 1)
    return Table(
        headings, place + 1, encoding.name, samples[:SAMPLES], path.stat().st_size, reading.batches,
        lambda: reading.position, reading.broken, notes=reading.notes,
    )  # fmt: skip


def beginning(path: Path) -> str:
    """The first characters, to see whether it is a text of another sort. Raises CannotRead when it is damaged."""
    with unpacked(path) as (file, _raw):
        start = file.read(HEAD)
    for sign, name in (*MARKS, (b"", "utf-8")):
        if start.startswith(sign):
            return start[len(sign) :].decode(name, "replace")
    return ""


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The file's bytes, unpacked, and the file as it lies, whose position tells how far one is."""
    damaged = CannotRead(_("%(file)s is damaged: it cannot be read to its end.") % {"file": path.name})
    with path.open("rb") as raw:
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        file: Any = _Unpacking(path, raw) if packed else raw
        try:
            yield file, raw
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise damaged from error


class _Unpacking(gzip.GzipFile):
    """Stops at what was made to fill a disk: a few bytes that unpack to gigabytes."""

    def __init__(self, path: Path, raw: IO[bytes]) -> None:
        super().__init__(fileobj=raw)
        self.path, self.most, self.given = path, max(UNPACKED, SMALLER * path.stat().st_size), 0

    def read(self, size: int | None = -1) -> bytes:
        block = super().read(size)
        self.given += len(block)
        if self.given > self.most:
            raise CannotRead(
                _("%(file)s is larger than %(size)s GB when unpacked. Unpack it yourself and import the table.")
                % {"file": self.path.name, "size": self.most >> 30}
            )
        return block


def encoding_of(path: Path, *, glance: bool) -> Encoding:
    """What the text is written in. Raises CannotRead when it is no text.

    Without a mark the whole file is tried, unless at a glance: half a file in another encoding would be lost.
    """
    with unpacked(path) as (file, _raw):
        start = file.read(HEAD)
    for sign, name in MARKS:
        if start.startswith(sign):
            return Encoding(name, len(sign))
    for name in ("utf-16-le", "utf-16-be"):
        if _every_other_is_nul(start, first=name.endswith("be")):
            return Encoding(name)
    if start.count(0) * 10 > len(start):  # some are left by old machines; this is no text
        raise no_text(path)
    for name in READABLE:
        if _whole(path, name, glance=glance):
            return Encoding(name)
    broken = {}
    for name in READABLE:
        broken[name], beyond = _broken(path, name, glance=glance)
    best = min(broken, key=broken.__getitem__)
    if broken[best] * FLAWED > beyond:
        raise no_text(path)
    return Encoding(best, flawed=True)


def _every_other_is_nul(start: bytes, *, first: bool) -> bool:
    """Whether it reads like UTF-16 without a mark: signs and digits have a byte of zeros."""
    nul, other = (start[::2], start[1::2]) if first else (start[1::2], start[::2])
    return len(start) >= 8 and nul.count(0) * 5 > len(nul) and other.count(0) * 100 <= len(other)


def _whole(path: Path, encoding: str, *, glance: bool) -> bool:
    """Whether every character can be read in an encoding; at a glance, every whole one of the first block."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with unpacked(path) as (file, _raw):
            while block := file.read(BLOCK):
                decoder.decode(block)
                if glance:
                    return True
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _broken(path: Path, encoding: str, *, glance: bool) -> tuple[int, int]:
    """How many characters cannot be read in an encoding, and how many there are beyond ASCII, broken ones included."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")  # a � that somebody wrote is not broken
    broken = beyond = 0
    with unpacked(path) as (file, _raw):
        while block := file.read(BLOCK):
            if not (block.isascii() and not decoder.getstate()[0]):
                text = decoder.decode(block)
                broken += len(ESCAPED.findall(text))
                beyond += len(text) - len(text.encode("ascii", "ignore"))
            if glance:
                return broken, beyond
    return broken + len(decoder.decode(b"", final=True)), beyond


def no_text(path: Path) -> CannotRead:
    return CannotRead(
        _("%(file)s is not a table: neither text in UTF-8 or CP949 nor a workbook. Save it as CSV or XLSX.")
        % {"file": path.name}
    )


def _plain(text: str) -> str:
    """Without what nobody sees and no cell means, and with one sign for the end of a line."""
    text = text.replace("\0", "").replace("\ufeff", "")
    return text if "\n" in text else text.replace("\r", "\n")


def _records(text: str, delimiter: str) -> list[Cells]:
    """The first rows."""
    found = []
    for row in rows(text, delimiter):
        found.append([cell.strip() for cell in cells_of(row.text, delimiter)])
        if len(found) == LOOKED_AT + SAMPLES:
            break
    return found


def _likeness(text: str, delimiter: str) -> tuple[int, int, int]:
    """How much the text looks like a table of this delimiter: headings known, rows of one width, that width."""
    filled = [cells for cells in _records(text, delimiter) if any(cells)]
    width, count = Counter(len(cells) for cells in filled).most_common(1)[0] if filled else (0, 0)
    return max((known(cells) for cells in filled), default=0), count if width > 1 else 0, width if width > 1 else 0


class _Reading:
    """One pass over the rows below the headings."""

    def __init__(self, path: Path, encoding: Encoding, width: int, delimiter: str, *, headings_at: int) -> None:
        self.path, self.encoding, self.width = path, encoding, width
        self.delimiter, self.headings_at = delimiter, headings_at
        self.position = 0
        self.broken: list[tuple[int, Cells]] = []
        self.healed: list[int] = []
        self.unclear: dict[int, None] = {}
        self._last = 0  # the row read last

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows with their numbers. Raises CannotRead where the text stops being a table."""
        self._last = 0
        with unpacked(self.path) as (file, raw):
            for text in self._texts(file):
                yield from self._parsed(text)
                self.position = raw.tell()

    def notes(self) -> list[str]:
        """What was put right while reading, in words."""
        told = []
        if count := len(self.healed):
            told.append(
                ngettext(
                    "A quotation mark is not closed in row %(rows)s: it was read to the end of its line.",
                    "Quotation marks are not closed in %(count)s rows (%(rows)s): they were read to the end of their"
                    " lines.",
                    count,
                )
                % {"count": f"{count:,}", "rows": listed(self.healed)}
            )
        if count := len(self.unclear):
            told.append(
                ngettext(
                    "%(count)s row holds a character that is broken in the file and stands as � (row %(rows)s).",
                    "%(count)s rows hold characters that are broken in the file and stand as � (rows %(rows)s).",
                    count,
                )
                % {"count": f"{count:,}", "rows": listed(self.unclear)}
            )
        return told

    def _texts(self, file: IO[bytes]) -> Iterator[bytes]:
        """Whole rows in UTF-8, a block of them at a time."""
        rest, single = b"", None
        file.read(self.encoding.mark)
        for block in self._decoded(file):
            if single is None:
                single = b"\r" in block and b"\n" not in block  # lines as old machines end them
            rest += block.replace(b"\r", b"\n") if single else block
            rest = rest.replace(_JOINT, b"") if _JOINT in rest else rest
            end = sound_end(rest, self.delimiter, self.width)
            if end is None or (not end and len(rest) > LONGEST):
                sound, end = self._mended(rest, final=False)
                if not end and len(rest) > LONGEST:
                    raise self._too_long()
            else:
                sound = rest[:end]
            rest = rest[end:]
            if sound:
                yield sound
        rest = rest.rstrip(b"\x1a")  # how an old machine ends a text
        if rest:
            rest += b"" if rest.endswith(b"\n") else b"\n"
            whole = sound_end(rest, self.delimiter, self.width) == len(rest)
            yield rest if whole else self._mended(rest, final=True)[0]

    def _decoded(self, file: IO[bytes]) -> Iterator[bytes]:
        as_it_is = self.encoding.name == "utf-8" and not self.encoding.flawed
        decoder = codecs.getincrementaldecoder(self.encoding.name)("replace")
        while block := file.read(BLOCK):
            text = block if as_it_is else decoder.decode(block).encode()
            yield text.replace(b"\0", b"") if b"\0" in text else text

    def _mended(self, block: bytes, *, final: bool) -> tuple[bytes, int]:
        sound, used, healed = mended(block, self.delimiter, self.width, final=final)
        self.healed += [self._last + 1 + place for place in healed if self._last + place >= self.headings_at]
        return sound, used

    def _too_long(self) -> CannotRead:
        return CannotRead(
            _("%(file)s cannot be read past row %(row)s: the row is longer than %(size)s MB.")
            % {"file": self.path.name, "row": f"{self._last + 1:,}", "size": LONGEST >> 20}
        )

    def _parsed(self, text: bytes) -> Iterator[pa.RecordBatch]:
        """The rows of a block: those as wide as the headings, then those that were brought to that width."""
        odd: list[int] = []
        fit: list[tuple[int, Cells]] = []
        before = self._last

        def take_odd(row: Any) -> str:
            odd.append(row.number)
            if before + row.number > self.headings_at:
                self._take_odd(before + row.number, row.text, fit)
            return "skip"

        table = self._read(text, take_odd)
        numbers = _places(table.num_rows, odd) + before
        self._last = before + table.num_rows + len(odd)
        first = int(np.searchsorted(numbers, self.headings_at, side="right"))
        for batch in table.slice(first).combine_chunks().to_batches():
            arrays = [pa.array(numbers[first:]), *batch.columns]
            yield self._looked_through(pa.record_batch(arrays, names_of(self.width)))
        if fit:
            yield self._looked_through(
                batch_of([row for row, _cells in fit], [cells for _row, cells in fit], self.width)
            )

    def _read(self, text: bytes, take_odd: Any) -> pa.Table:
        import pyarrow.csv

        names = names_of(self.width)[1:]
        try:
            return pyarrow.csv.read_csv(
                pa.BufferReader(text),
                pyarrow.csv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
                pyarrow.csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False,
                    invalid_row_handler=take_odd,
                ),
                pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )  # fmt: skip
        except pa.ArrowInvalid as error:
            raise CannotRead(
                _("%(file)s cannot be read past row %(row)s: it is no longer the text it was at its beginning.")
                % {"file": self.path.name, "row": f"{self._last:,}"}
            ) from error

    def _take_odd(self, number: int, text: str, fit: list[tuple[int, Cells]]) -> None:
        cells = cells_of(text, self.delimiter)
        whole = fitted(cells, self.width)
        if whole is None:
            self.broken.append((number, cells))
        elif any(whole):
            fit.append((number, whole))

    def _looked_through(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self.encoding.flawed:
            for column in batch.columns[1:]:
                unclear = batch.column(0).filter(pc.match_substring(column, "\ufffd"))
                self.unclear.update(dict.fromkeys(unclear.to_pylist()))
        return batch


def _places(count: int, odd: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The first `count` places from 1 that are not odd rows."""
    candidates = np.arange(1, count + len(odd) + 1, dtype=np.int64)
    return np.delete(candidates, np.array(odd, np.int64) - 1) if odd else candidates
