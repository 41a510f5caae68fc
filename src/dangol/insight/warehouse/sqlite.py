"""SQLite's rows as Arrow: through ADBC, read by a process of its own.

The driver brings a SQLite of its own. Two of them may not hold one file open in one process: whichever closes it first
lets go of the locks of the other (https://www.sqlite.org/howtocorrupt.html#posix_close_bug).

The driver takes the type of a column from its first rows. So a row of our own comes first, of the types that are
promised; where another comes later, reading ends with an error.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

import pyarrow as pa
from django.db import connection

from dangol.insight.warehouse.facts import Column, Kind
from dangol.insight.warehouse.one_go import OneGo

CAST = dict.fromkeys(Kind, "{}") | {
    # Kept as a whole number or as one with places: thousandths are a whole number for certain.
    Kind.QUANTITY: "CAST(round(({}) * 1000) AS INTEGER)",
    Kind.TEXT: "coalesce({}, '')",
    Kind.PROVINCE: "coalesce({}, '')",
    Kind.DISTRICT: "coalesce({}, '')",
}
FIRST = dict.fromkeys(Kind, "''") | {Kind.INTEGER: "0", Kind.QUANTITY: "0", Kind.FLOAT: "0.0"}
COMES = dict.fromkeys(Kind, pa.string()) | {
    Kind.INTEGER: pa.int64(), Kind.QUANTITY: pa.int64(), Kind.FLOAT: pa.float64(),
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


@contextmanager
def _opened() -> Iterator[Reader]:
    words = [sys.executable, "-m", "dangol.insight.warehouse.sqlite_process", str(connection.settings_dict["NAME"])]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()  # it changes nothing, and who broke off in the middle waits for nothing


_shared = OneGo("sqlite", _opened)
in_one_process = _shared.going_on


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Inside, all that is read is of one state of the records."""
    with in_one_process(), _shared.used() as reader:
        reader.tell(run="BEGIN")
        yield
        reader.tell(run="COMMIT")


def read(columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    """What is committed, in large chunks: times and dates as texts, quantities in thousandths."""
    first = ", ".join(f'{FIRST[column.kind]} AS "{column.name}"' for column in columns)
    select = ", ".join(CAST[column.kind].format(column.sql) for column in columns)
    promised = pa.schema([(column.name, COMES[column.kind]) for column in columns])
    ours = 1
    with _shared.used() as reader:
        for batch in reader.batches(f"SELECT {first} UNION ALL SELECT {select} {ending}"):
            if batch.schema != promised:
                raise pa.ArrowInvalid(_difference(batch.schema, promised))
            yield pa.Table.from_batches([batch.slice(ours)])
            ours = 0


def _difference(found: pa.Schema, promised: pa.Schema) -> str:
    wrong = (f"{one.name}: {one.type}, not {two.type}" for one, two in zip(found, promised, strict=True) if one != two)
    return "; ".join(wrong)
