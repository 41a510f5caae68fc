"""Rows of a SQLite table as columns, out of the pages of its file: the store itself tells them one value at a time.

To walk through the rows is the least of what SQLite takes over a large table; to make a text, or an object of Python,
of each value is most of it. The form of the file is published and promised to stay (sqlite.org/fileformat2.html), and
here thousands of rows are taken apart at once. What is read is what one transaction of ours sees: `frozen` lets us in
only where all of it stands in the file itself, and while that transaction lasts nobody writes there.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.lib.errors import DangolError

type Numbers = npt.NDArray[np.int64]
type Bytes = npt.NDArray[np.uint8]

PAGES = 512  # read at once
TRIES = 5
LEAF, ABOVE = 13, 5  # kinds of a table's pages
NULL, REAL, ONE, WORDS = 0, 7, 9, 12  # kinds of values; from 12 on the kind tells the length, too
SHORT = 0x80  # kinds below are one byte
# Bytes of a value of each such kind.
WIDTHS = np.array(
    [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0, *((kind - WORDS) >> 1 for kind in range(WORDS, SHORT))], np.int64
)
BEYOND = 16  # bytes after the last page, so that eight may be taken at any place of it
THOUSANDTHS = pa.decimal128(19, 3)


class NotFrozen(DangolError):
    """The file cannot be read by its pages now: the store is asked for the rows instead. Nobody is shown this."""


class WrongType(DangolError):
    """A value does not have the type its column declares."""


@contextmanager
def frozen(path: Path) -> Iterator[Pages]:
    """The file as one transaction sees it. Raises NotFrozen where others write without a pause, or it is no WAL store.

    Whatever is committed later goes to the log beside the file, and into the file only when we are done: SQLite takes
    nothing over that a reader must not see yet. So we begin to read, and then ask, from another connection, for
    everything in the log to be taken over. Where nothing is left, the file holds what we see.
    """
    with closing(_connected(path)) as reader, closing(_connected(path)) as asker:
        for _ in range(TRIES):
            asker.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            _busy, logged, taken_over = asker.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if 0 <= logged == taken_over:
                yield Pages(path, reader)
                return
            reader.execute("ROLLBACK")
    raise NotFrozen("")


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)


@dataclass(frozen=True)
class Held:
    """A column as it lies in a row: at which place, the type declared, and what a row has that is older than it."""

    name: str
    place: int  # -1 for the key of the row itself
    declared: str
    otherwise: Any


class Pages:
    """The pages of a file that stands still."""

    def __init__(self, path: Path, reader: sqlite3.Connection) -> None:
        about = path.stat()
        self._file, self._reader = _opened(path, about.st_dev, about.st_ino), reader
        self.failed: Exception | None = None
        head = os.pread(self._file, 100, 0)
        size = int.from_bytes(head[16:18], "big")
        self.size = 65_536 if size == 1 else size
        self._usable = self.size - head[20]
        if int.from_bytes(head[56:60], "big") != 1:
            raise NotFrozen("")  # texts are not UTF-8

    def rows(self, table: str, names: Iterable[str]) -> pa.RecordBatchReader:
        """All rows of the table in the order of their keys, with those of the columns that it has.

        What goes wrong while they pass by stands in `failed`: whoever pulls them may tell it in words of its own.
        """
        held = self._held(table, names)
        (root,) = self._reader.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchone()
        schema = pa.schema([(one.name, _type(one.declared)) for one in held])
        return pa.RecordBatchReader.from_batches(schema, self._batches(self._leaves(root), held, schema))

    def _batches(self, leaves: Numbers, held: Sequence[Held], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for first in range(0, len(leaves), PAGES):
                some = leaves[first : first + PAGES]
                yield pa.RecordBatch.from_arrays(self._columns(self._read(some), len(some), held), schema=schema)
        except (WrongType, pa.ArrowException, OSError) as error:
            self.failed = error
            raise

    def _held(self, table: str, names: Iterable[str]) -> list[Held]:
        told = self._reader.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
        stored = [row for row in told if row[6] != 2]  # 2 is worked out whenever it is read
        wanted, found = set(names), []
        for place, (_, name, declared, _, default, key, _) in enumerate(stored):
            if name in wanted:
                itself = key == 1 and declared.upper() == "INTEGER"
                otherwise = None if default is None else self._reader.execute(f"SELECT {default}").fetchone()[0]
                found.append(Held(name, -1 if itself else place, declared.split("(")[0].lower(), otherwise))
        return found

    def _leaves(self, root: int) -> Numbers:
        """The numbers of the pages that hold the rows, in order; all lie equally deep."""
        level = np.array([root], np.int64)
        while True:
            read = self._read(level)
            begins = np.arange(len(level)) * self.size
            kinds = read[begins]
            if (kinds == LEAF).all():
                return level
            if (kinds != ABOVE).any():
                raise NotFrozen("")  # a table without row ids
            counts, last = _whole(read, begins + 3, 2), _whole(read, begins + 8, 4)
            below = []
            for begin, count, rightmost in zip(begins, counts, last, strict=True):
                places = begin + _whole(read, begin + 12 + 2 * np.arange(count), 2)
                below += [_whole(read, places, 4), [rightmost]]
            level = np.concatenate(below)

    def _read(self, numbers: Numbers) -> Bytes:
        """The pages of those numbers, counted from one, and some bytes after them; neighbours come in one go."""
        read = np.empty(len(numbers) * self.size + BEYOND, np.uint8)
        read[-BEYOND:] = 0
        into = memoryview(read)
        begins = np.flatnonzero(np.diff(numbers, prepend=-1) != 1)
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(numbers)], strict=True):
            piece = into[begin * self.size : end * self.size]
            _fill(self._file, piece, (int(numbers[begin]) - 1) * self.size)
        return read

    def _columns(self, read: Bytes, pages: int, held: Sequence[Held]) -> list[pa.Array]:
        cells = _cells(read, np.arange(pages) * self.size)
        length, place = _varint(read, cells)
        keys, begins = _varint(read, place)
        read, begins = self._made_whole(read, begins, length)
        return _taken_apart(read, begins, keys, held)

    def _made_whole(self, read: Bytes, begins: Numbers, length: Numbers) -> tuple[Bytes, Numbers]:
        """Rows too long for their page lie on further ones: put together behind the others."""
        room = self._usable - 35
        least = (self._usable - 12) * 32 // 255 - 23
        parts, end = [read[:-BEYOND]], len(read) - BEYOND
        for row in np.flatnonzero(length > room).tolist():
            full, begin = int(length[row]), int(begins[row])
            here = least + (full - least) % (self._usable - 4)
            here = here if here <= room else least
            whole = bytearray(read[begin : begin + here])
            further = int(_whole(read, begin + here + np.zeros(1, np.int64), 4)[0])
            while len(whole) < full:
                page = os.pread(self._file, self._usable, (further - 1) * self.size)
                further = int.from_bytes(page[:4], "big")
                whole += page[4 : 4 + full - len(whole)]
            begins[row], end = end, end + full
            parts.append(np.frombuffer(whole, np.uint8))
        if len(parts) == 1:
            return read, begins
        return np.concatenate([*parts, np.zeros(BEYOND, np.uint8)]), begins


@cache
def _opened(path: Path, _device: int, _number: int) -> int:
    """The file, opened once and never closed: to close it would let go of every lock that this process has on it."""
    return os.open(path, os.O_RDONLY)


def _fill(file: int, into: memoryview, at: int) -> None:
    done = 0
    while done < len(into):  # more than two gigabytes never come in one go
        got = os.preadv(file, [into[done:]], at + done)
        if got == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done += got


def _whole(read: Bytes, places: Numbers, width: int) -> Numbers:
    """Numbers of so many bytes, the first byte counting most."""
    value = np.zeros(len(places), np.int64)
    for byte in range(width):
        value = (value << 8) | read[places + byte]
    return value


def _varint(read: Bytes, places: Numbers) -> tuple[Numbers, Numbers]:
    """Numbers of one byte to nine, and the place after each."""
    first = read[places]
    value, after = first.astype(np.int64), places + 1
    if not len(first) or first.max() < SHORT:
        return value, after
    more = np.flatnonzero(first >= SHORT)
    value[more] &= 0x7F
    for number in range(1, 9):
        if not len(more):
            break
        byte = read[places[more] + number].astype(np.int64)
        value[more] = (value[more] << 8) | byte if number == 8 else (value[more] << 7) | (byte & 0x7F)
        after[more] += 1
        more = more[byte >= SHORT]
    return value, after


def _cells(read: Bytes, begins: Numbers) -> Numbers:
    """Where each row begins, page by page."""
    counts = _whole(read, begins + 3, 2)
    page = np.repeat(begins, counts)
    number = np.arange(len(page)) - np.repeat(np.cumsum(counts) - counts, counts)
    return page + _whole(read, page + 8 + 2 * number, 2)


def _taken_apart(read: Bytes, begins: Numbers, keys: Numbers, held: Sequence[Held]) -> list[pa.Array]:
    """The columns of rows that begin there: kinds of all values come first in a row, then the values."""
    found: dict[int, pa.Array] = {-1: pa.array(keys)}
    wanted = {one.place: one for one in held}
    length, kinds_at = _varint(read, begins)
    values_from = begins + length
    values_at = values_from
    for place in range(max(wanted, default=-1) + 1):
        kinds, kinds_after = _varint(read, kinds_at)
        older = kinds_at >= values_from  # the row was written before there was such a column
        if older.any():
            kinds, kinds_after = np.where(older, NULL, kinds), np.where(older, kinds_at, kinds_after)
        kinds_at = kinds_after
        widths = _widths(kinds)
        if place in wanted:
            one = wanted[place]
            values = _values(read, kinds, widths, values_at, one)
            if one.otherwise is not None and older.any():
                values = pc.if_else(pa.array(older), pa.scalar(one.otherwise).cast(values.type), values)
            found[place] = values
        values_at = values_at + widths
    return [found[one.place] for one in held]


def _widths(kinds: Numbers) -> Numbers:
    if not len(kinds) or kinds.max() < SHORT:
        return WIDTHS[kinds]
    return np.where(kinds < SHORT, WIDTHS[np.minimum(kinds, SHORT - 1)], (kinds - WORDS) >> 1)


def _values(read: Bytes, kinds: Numbers, widths: Numbers, places: Numbers, held: Held) -> pa.Array:
    kind = _type(held.declared)
    met = set(np.flatnonzero(np.bincount(np.minimum(kinds, WORDS))).tolist())
    if not met <= _fitting(kind):
        raise WrongType(f"{held.name}: {held.declared}")
    empty = kinds == NULL if NULL in met else None
    if WORDS in _fitting(kind):
        return _texts(read, widths, places, empty).cast(kind)
    whole = _integers(read, kinds, widths, places)
    if kind == pa.int64():
        return pa.array(whole, mask=empty)
    numbers = whole.astype(np.float64)
    real = np.flatnonzero(kinds == REAL)
    numbers[real] = _at_any_place(read, ">f8")[places[real]]
    return pa.array(numbers, mask=empty) if kind == pa.float64() else _thousandths(numbers, empty)


def _fitting(kind: pa.DataType) -> set[int]:
    """The kinds that values of a type have; all words are one."""
    if kind not in (pa.int64(), pa.float64(), THOUSANDTHS):
        return {NULL, WORDS}
    return set(range(WORDS)) - ({REAL} if kind == pa.int64() else set())


def _integers(read: Bytes, kinds: Numbers, widths: Numbers, places: Numbers) -> Numbers:
    """Eight bytes of each are taken, and those after the number pushed out again, with its sign."""
    if len(kinds) and (kinds == kinds[0]).all() and widths[0] == 0:
        return np.full(len(kinds), int(kinds[0] == ONE), np.int64)
    value: Numbers = _at_any_place(read, ">i8")[places].astype(np.int64) >> np.minimum(64 - 8 * widths, 63)
    constant = np.flatnonzero(widths == 0)
    value[constant] = kinds[constant] == ONE
    return value


def _at_any_place(read: Bytes, kind: str) -> npt.NDArray[Any]:
    return np.ndarray((len(read) - 8,), dtype=kind, buffer=read, strides=(1,))


def _texts(read: Bytes, widths: Numbers, places: Numbers, empty: npt.NDArray[np.bool_] | None) -> pa.Array:
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(widths)])
    if len(widths) and (widths == widths[0]).all():
        within = (places[:, None] + np.arange(widths[0])).ravel()
    else:
        within = np.arange(offsets[-1]) + np.repeat(places - offsets[:-1], widths)
    valid = None if empty is None else pa.array(~empty).buffers()[1]
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(read[within])]
    return pa.Array.from_buffers(pa.large_string(), len(widths), buffers)


def _thousandths(numbers: npt.NDArray[np.float64], empty: npt.NDArray[np.bool_] | None) -> pa.Array:
    whole = pa.array(np.rint(numbers * 1000).astype(np.int64), mask=empty).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(THOUSANDTHS, len(whole), whole.buffers(), offset=whole.offset)


TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("bigint", "integer", "integer unsigned", "smallint", "smallint unsigned", "bool"), pa.int64()),
    **dict.fromkeys(("real", "double precision"), pa.float64()),
    "decimal": THOUSANDTHS,
    "datetime": pa.timestamp("us"),
    "date": pa.date32(),
}


def _type(declared: str) -> pa.DataType:
    return TYPES.get(declared, pa.string())
