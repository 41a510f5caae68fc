"""PostgreSQL's rows as Arrow: through ADBC, or as texts of COPY on the connection of whoever asks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from django.db import connection

from dangol.insight.warehouse.ahead import ahead
from dangol.insight.warehouse.facts import Column, Kind
from dangol.insight.warehouse.one_go import OneGo

AHEAD = 4  # chunks fetched before they are asked for
# What whoever reads millions of rows may have of the server: the rows that others lead to lie in memory while they are
# met, and a question that brings every row once is not compiled.
ROOM = ("SET work_mem = '128MB'", "SET jit = off")
CAST = {
    Kind.INTEGER: "({})::bigint",
    # ADBC would make a text of a number with places: here the server does, in half the time.
    Kind.QUANTITY: "({})::text",
    Kind.FLOAT: "({})::float8",
    Kind.TEXT: "coalesce({}, '')::text",
    Kind.MOMENT: "({})::timestamptz",
    Kind.LOCAL_DAY: "({})::timestamptz",
    Kind.AGE_BAND: "({})::date",
    Kind.PROVINCE: "coalesce({}, '')::text",
    Kind.DISTRICT: "coalesce({}, '')::text",
}
IN_TEXT = CAST | {
    Kind.QUANTITY: "{}",
    Kind.MOMENT: "({}) AT TIME ZONE 'UTC'",
    Kind.LOCAL_DAY: "({}) AT TIME ZONE 'UTC'",
}


@contextmanager
def _opened() -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    # Every question sees what is committed when it is asked, and nothing is held between two.
    with dbapi.connect(_address(), autocommit=True) as own:
        with own.cursor() as cursor:
            for room in ROOM:
                cursor.execute(room)
        yield own


# Opening a connection takes as long as tens of thousands of rows.
_shared = OneGo("postgresql", _opened)
in_one_go = _shared.going_on


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Inside, all that is read is of one state of the records."""
    with in_one_go(), _shared.used() as own, own.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
        cursor.execute("COMMIT")


def read(columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    """What is committed, in chunks of the driver's own size: times with their zone, quantities as texts.

    A chunk without rows comes first and tells the types.
    """
    select = ", ".join(f'{CAST[column.kind].format(column.sql)} AS "{column.name}"' for column in columns)
    with _shared.used() as own, own.cursor() as cursor:
        cursor.execute(f"SELECT {select} {ending}")
        coming = cursor.fetch_record_batch()
        yield coming.schema.empty_table()
        for batch in ahead(coming, AHEAD):
            yield pa.Table.from_batches([batch])


def read_whole(columns: Sequence[Column], table: str, alias: str, beside: str = "") -> Iterator[pa.Table]:
    """Every row of a table."""
    return read(columns, f'FROM "{table}" {alias} {beside}')


def copied(columns: Sequence[Column], ending: str) -> Iterator[bytes]:
    """What the connection at hand sees: whole rows of CSV, with a bare timestamp in UTC."""
    select = ", ".join(IN_TEXT[column.kind].format(column.sql) for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT {select} {ending}) TO STDOUT (FORMAT csv)") as copy,
    ):
        yield from _joined(copy)


def _address() -> str:
    """How Django reaches the database, as libpq wants it told."""
    from psycopg.conninfo import make_conninfo

    told = connection.get_connection_params()
    known = {name: told[name] for name in ("host", "port", "user", "password", "dbname", "options") if told.get(name)}
    others = {name: value for name, value in told.items() if name.startswith("ssl")}
    return make_conninfo("", **known, **others)


def _joined(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    buffer = bytearray()
    for block in blocks:
        buffer += block
        if len(buffer) > 2_000_000:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
