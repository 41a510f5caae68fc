"""SQLite's rows as Arrow: through ADBC, read by processes of their own.

The driver takes most of the time, so a table that is read whole is read by two processes in turns, a range of ids
each. They are two connections: what tells that both see one state of the records is the count of the change feed, which
every change adds to in its own transaction.

The driver brings a SQLite of its own. Two of them may not hold one file open in one process: whichever closes it first
lets go of the locks of the other (https://www.sqlite.org/howtocorrupt.html#posix_close_bug).

The driver takes the type of a column from its first rows. So a row of our own comes first, of the types that are
promised; where another comes later, reading ends with an error.
"""

import heapq
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from operator import itemgetter
from typing import IO

import pyarrow as pa
from django.db import connection

from dangol.insight.warehouse.ahead import ahead
from dangol.insight.warehouse.facts import Column, Kind
from dangol.insight.warehouse.one_go import OneGo
from dangol.records.changes.models import Change

READERS = 2  # what they read is taken by a third that packs it
RANGE = 4 * 65_536  # ids that one of them reads before it is the other's turn
AHEAD = 4  # batches that each fetches before they are asked for
RANGES = 10_000  # at most, however far apart ids lie
MET = 20  # times that both begin anew until they see the same; then one reads alone
CAST = dict.fromkeys(Kind, "{}") | {
    Kind.TEXT: "coalesce({}, '')",
    Kind.PROVINCE: "coalesce({}, '')",
    Kind.DISTRICT: "coalesce({}, '')",
}
# A quantity is kept as a whole number or as one with places: both come as the latter.
FIRST = dict.fromkeys(Kind, "''") | {Kind.INTEGER: "0", Kind.QUANTITY: "0.0", Kind.FLOAT: "0.0"}
COMES = dict.fromkeys(Kind, pa.string()) | {
    Kind.INTEGER: pa.int64(), Kind.QUANTITY: pa.float64(), Kind.FLOAT: pa.float64(),
}  # fmt: skip
GONE = "the process that reads it is gone"


def readable() -> bool:
    """Whether another process sees what the caller sees."""
    return not (connection.in_atomic_block or connection.is_in_memory_db())  # type: ignore[attr-defined]


class Reader:
    """A process that answers questions to one file, one after another."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self.asked = process.stdin.fileno()
        self.answers: IO[bytes] = process.stdout

    def tell(self, **what: str) -> None:
        """Say what to do. Raises pa.ArrowInvalid where nobody is there to hear it."""
        try:
            os.write(self.asked, json.dumps(what).encode() + b"\n")
        except BrokenPipeError as error:
            raise pa.ArrowInvalid(GONE) from error

    def batches(self, question: str) -> Iterator[pa.RecordBatch]:
        """The answer, to its end.

        Raises pa.ArrowInvalid where the question could not be answered whole.
        """
        self.tell(ask=question)
        found = 0
        # A stream that breaks off may look like one that ended, too: what is said after it tells.
        with suppress(OSError, pa.ArrowInvalid), pa.ipc.open_stream(self.answers) as stream:
            for batch in stream:
                found += batch.num_rows
                yield batch
        said = json.loads(self.answers.readline() or b"{}")
        if said.get("rows") != found:
            raise pa.ArrowInvalid(said.get("wrong", GONE))


class Readers:
    """Processes that read one file: one, and as soon as a moment is to be held the others."""

    def __init__(self, opened: Callable[[], Reader]) -> None:
        self._opened = opened
        self.first = opened()
        self._others: list[Reader] = []
        self.of_one_moment = [self.first]

    def begin(self) -> None:
        """See one state of the records from now on: all, or where others change it all the time the first alone."""
        self._others = self._others or [self._opened() for _ in range(READERS - 1)]
        for _ in range(MET):
            self.of_one_moment = [self.first, *self._others]
            if len({_state(one) for one in self.of_one_moment}) == 1:
                return
            self.end()
        _state(self.first)

    def end(self) -> None:
        """See from now on what is committed when something is asked."""
        for one in self.of_one_moment:
            one.tell(run="ROLLBACK")
        self.of_one_moment = [self.first]


def _state(reader: Reader) -> int:
    """Begin, and see how many changes there have been."""
    reader.tell(run="BEGIN")
    (told,) = _rows(reader, f"SELECT max(seq) AS n FROM sqlite_sequence WHERE name = '{Change._meta.db_table}'")  # noqa: S608 -- our own table name
    return told["n"] or 0


def _rows(reader: Reader, question: str) -> list[dict[str, int | None]]:
    return [row for batch in reader.batches(question) for row in batch.to_pylist()]


@contextmanager
def _opened() -> Iterator[Readers]:
    with ExitStack() as stack:
        yield Readers(lambda: stack.enter_context(_process()))


@contextmanager
def _process() -> Iterator[Reader]:
    words = [sys.executable, "-m", "dangol.insight.warehouse.sqlite_process", str(connection.settings_dict["NAME"])]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()  # it changes nothing, and who broke off in the middle waits for nothing


_shared = OneGo("sqlite", _opened)
in_one_go = _shared.going_on


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Inside, all that is read is of one state of the records."""
    with in_one_go(), _shared.used() as readers:
        readers.begin()
        yield
        readers.end()


def read(columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    """What is committed, in large chunks: times and dates as texts, quantities with binary places."""
    with _shared.used() as readers:
        yield from _tables(readers.first, columns, ending)


def read_whole(columns: Sequence[Column], table: str, alias: str, beside: str = "") -> Iterator[pa.Table]:
    """Every row of a table, inside `at_one_moment`; in the order of its ids, read by two in turns."""
    ending = f'FROM "{table}" {alias} {beside} WHERE {alias}.id BETWEEN {{}} AND {{}}'
    with _shared.used() as readers:
        questions = [ending.format(*ids) for ids in _ranges(readers.first, table)]
        among = len(readers.of_one_moment)
        coming = [
            ahead(_turns(one, columns, questions, place, among), AHEAD)
            for place, one in enumerate(readers.of_one_moment)
        ]
        for _turn, part in heapq.merge(*coming, key=itemgetter(0)):
            yield part


def _turns(
    reader: Reader, columns: Sequence[Column], endings: Sequence[str], place: int, among: int
) -> Iterator[tuple[int, pa.Table]]:
    """What one of several reads, each part with the number of its turn."""
    for turn in range(place, len(endings), among):
        for part in _tables(reader, columns, endings[turn]):
            yield turn, part


def _ranges(reader: Reader, table: str) -> Iterator[tuple[int, int]]:
    """First and last ids; one that holds nothing where there are no rows, so that the types are told."""
    (told,) = _rows(reader, f'SELECT min(id) AS a, max(id) AS z FROM "{table}"')  # noqa: S608 -- our own table name
    first, last = told["a"] or 0, told["z"] or 0
    length = max(RANGE, -(-(last - first + 1) // RANGES))
    for begins in range(first, last + 1, length):
        yield begins, begins + length - 1


def _tables(reader: Reader, columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    first = ", ".join(f'{FIRST[column.kind]} AS "{column.name}"' for column in columns)
    select = ", ".join(CAST[column.kind].format(column.sql) for column in columns)
    promised = pa.schema([(column.name, COMES[column.kind]) for column in columns])
    ours = 1
    for batch in reader.batches(f"SELECT {first} UNION ALL SELECT {select} {ending}"):
        if batch.schema != promised:
            raise pa.ArrowInvalid(_difference(batch.schema, promised))
        yield pa.Table.from_batches([batch.slice(ours)])
        ours = 0


def _difference(found: pa.Schema, promised: pa.Schema) -> str:
    wrong = (f"{one.name}: {one.type}, not {two.type}" for one, two in zip(found, promised, strict=True) if one != two)
    return "; ".join(wrong)
