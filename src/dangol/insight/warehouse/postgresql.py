"""PostgreSQL's rows as Arrow: through ADBC, or as texts of COPY on the connection of whoever asks."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
from django.db import connection

from dangol.insight.warehouse.facts import Column, Kind

CAST = {
    Kind.INTEGER: "({})::bigint",
    # ADBC hands over numbers with places as texts: thousandths come as a number and are one again here.
    Kind.QUANTITY: "(({}) * 1000)::bigint",
    Kind.FLOAT: "({})::float8",
    Kind.TEXT: "coalesce({}, '')::text",
    Kind.MOMENT: "({}) AT TIME ZONE 'UTC'",
    Kind.LOCAL_DAY: "({}) AT TIME ZONE 'UTC'",
    Kind.AGE_BAND: "({})::date",
    Kind.PROVINCE: "coalesce({}, '')::text",
    Kind.DISTRICT: "coalesce({}, '')::text",
}
THOUSANDTHS = pa.decimal128(19, 3)


def read(columns: Sequence[Column], ending: str) -> Iterator[pa.Table]:
    """What is committed, in chunks of the driver's own size."""
    from adbc_driver_postgresql import dbapi

    select = ", ".join(f'{CAST[column.kind].format(column.sql)} AS "{column.name}"' for column in columns)
    with dbapi.connect(_address()) as own, own.cursor() as cursor:
        cursor.execute(f"SELECT {select} {ending}")
        for batch in cursor.fetch_record_batch():
            yield pa.table([_exact(values, column) for values, column in zip(batch, columns, strict=True)],
                           names=[column.name for column in columns])  # fmt: skip


def copied(columns: Sequence[Column], ending: str) -> Iterator[bytes]:
    """What the caller's transaction sees: whole rows of CSV, with a bare timestamp in UTC."""
    select = ", ".join(_in_text(column) for column in columns)
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
    if column.kind is not Kind.QUANTITY:
        return values
    whole = values.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(THOUSANDTHS, len(whole), whole.buffers(), offset=whole.offset).cast(
        pa.decimal128(14, 3)
    )


def _in_text(column: Column) -> str:
    return column.sql if column.kind is Kind.QUANTITY else CAST[column.kind].format(column.sql)


def _joined(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    buffer = bytearray()
    for block in blocks:
        buffer += block
        if len(buffer) > 2_000_000:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
