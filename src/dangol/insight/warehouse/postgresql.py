"""PostgreSQL's rows as Arrow: through ADBC, or as texts of COPY on the connection of whoever asks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import pyarrow as pa
from django.db import connection

from dangol.insight.warehouse.facts import Column, Kind

# What whoever reads millions of rows may have of the server: the rows that others lead to lie in memory while they are
# met, and a question that brings every row once is not compiled.
ROOM = ("SET work_mem = '128MB'", "SET jit = off")
CAST = {
    Kind.INTEGER: "({})::bigint",
    # ADBC hands over numbers with places as texts: thousandths come as a number and are one again here.
    Kind.QUANTITY: "(({}) * 1000)::bigint",
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
THOUSANDTHS = pa.decimal128(19, 3)
MOMENTS = {Kind.MOMENT, Kind.LOCAL_DAY}


class _Shared:
    """A connection that is opened by whoever reads first."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.own: Any = None

    def opened(self) -> Any:
        """The connection."""
        if self.own is None:
            self.own = self.stack.enter_context(_opened())
        return self.own


_shared: ContextVar[_Shared | None] = ContextVar("shared", default=None)


@contextmanager
def on_one_connection() -> Iterator[None]:
    """Inside, all that is read is read on one connection: opening one takes as long as tens of thousands of rows."""
    with ExitStack() as stack:
        token = _shared.set(_Shared(stack))
        try:
            yield
        finally:
            _shared.reset(token)


def read(columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    """What is committed, in chunks of the driver's own size."""
    select = ", ".join(f'{CAST[column.kind].format(column.sql)} AS "{column.name}"' for column in columns)
    shared = _shared.get()
    with ExitStack() as stack:
        own = shared.opened() if shared else stack.enter_context(_opened())
        cursor = stack.enter_context(own.cursor())
        cursor.execute(f"SELECT {select} {ending}")
        for batch in cursor.fetch_record_batch():
            yield pa.table([_exact(values, column) for values, column in zip(batch, columns, strict=True)],
                           names=[column.name for column in columns])  # fmt: skip


@contextmanager
def _opened() -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    # Every question sees what is committed when it is asked, and nothing is held between two.
    with dbapi.connect(_address(), autocommit=True) as own:
        with own.cursor() as cursor:
            for room in ROOM:
                cursor.execute(room)
        yield own


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


def _exact(values: pa.Array, column: Column) -> pa.Array:
    if column.kind in MOMENTS:
        return values.cast(pa.timestamp("us"))  # the same number, without the zone it says: UTC
    if column.kind is not Kind.QUANTITY:
        return values
    whole = values.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(THOUSANDTHS, len(whole), whole.buffers(), offset=whole.offset).cast(
        pa.decimal128(14, 3)
    )


def _joined(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    buffer = bytearray()
    for block in blocks:
        buffer += block
        if len(buffer) > 2_000_000:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
