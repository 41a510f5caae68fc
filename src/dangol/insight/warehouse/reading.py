"""From the records to Arrow: the database writes rows as CSV, Arrow parses them by an explicit schema.

One way for both databases: PostgreSQL by COPY, SQLite by its printf(). Building one text a row in the
database is about twice as fast as fetching a Python object a column. Memory is that of one chunk.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection
from django.utils.translation import gettext as _

from dangol.insight.warehouse.facts import Column, Dimension, Fact, Kind
from dangol.lib.errors import DangolError


class BadRecords(DangolError):
    """A row of the records does not have the type its column promises."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__(
            _("The warehouse cannot read the records table %(table)s: %(what)s. It stands as before.")
            % {"table": table, "what": what}
        )


CHUNK = 20_000  # rows fetched at once

READ = {
    Kind.INTEGER: pa.int64(),
    Kind.QUANTITY: pa.decimal128(14, 3),
    Kind.FLOAT: pa.float64(),
    Kind.TEXT: pa.string(),
    Kind.MOMENT: pa.timestamp("us"),
    Kind.LOCAL_DAY: pa.timestamp("us"),
    Kind.AGE_BAND: pa.date32(),
}
KEPT = READ | {Kind.LOCAL_DAY: pa.date32(), Kind.AGE_BAND: pa.string()}
# %w doubles quotes, as CSV wants; %s writes null as nothing; 17 digits bring a float back whole.
PRINTED = dict.fromkeys(Kind, "%s") | {Kind.TEXT: '"%w"', Kind.FLOAT: "%!.17g", Kind.QUANTITY: "%.3f"}
QUARTER = 900_000_000  # microseconds; every offset of a time zone changes on a quarter of an hour


def schema_of(table: Fact | Dimension) -> pa.Schema:
    """The columns as kept in the lake."""
    fields = [(column.name, KEPT[column.kind]) for column in table.columns]
    if isinstance(table, Fact):
        fields.insert([name for name, _ in fields].index("at") + 1, ("day", pa.date32()))
    return pa.schema(fields)


def rows(table: Fact | Dimension, condition: str = "", *, today: date, zone: ZoneInfo) -> Iterator[pa.Table]:
    """Chunks of the table's rows as kept in the lake; `condition` is SQL over the row's alias `r`."""
    where = f" WHERE {condition}" if condition else ""
    ending = f'FROM "{table.table}" r {table.joins}{where}'
    texts = _copied(table.columns, ending) if connection.vendor == "postgresql" else _printed(table.columns, ending)
    wanted = schema_of(table)
    for text in texts:
        try:
            chunk = _parsed(text, table.columns)
        except pa.ArrowInvalid as error:
            raise BadRecords(table.table, str(error).splitlines()[0]) from error
        yield _kept(chunk, table, wanted, today, zone)


def count_about(table: Fact | Dimension) -> int:
    """The highest key of the table: about how many rows a full reading will bring."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max(id) FROM "{table.table}"')  # noqa: S608 -- our own table name
        return int(cursor.fetchone()[0] or 0)


def local_days(moments: pa.Array, zone: ZoneInfo) -> pa.Array:
    """The date in the time zone of each UTC timestamp without a zone."""
    micros = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    quarters, where = np.unique(micros // QUARTER, return_inverse=True)
    offsets = np.array([_offset(int(quarter), zone) for quarter in quarters], dtype=np.int64)
    days = (micros + offsets[where]) // 86_400_000_000 if len(micros) else micros
    return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())


@cache
def _offset(quarter: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(quarter * QUARTER // 1_000_000, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1_000_000


def age_bands(births: pa.Array, today: date) -> pa.Array:
    """Bands of ten years of the age today; below 20 and from 70 on they are one each, unknown is empty."""
    month, day = pc.month(births), pc.day(births)
    before = pc.or_(pc.greater(month, today.month), pc.and_(pc.equal(month, today.month), pc.greater(day, today.day)))
    age = pc.subtract(pc.subtract(pa.scalar(today.year, pa.int64()), pc.year(births)), before.cast(pa.int64()))
    decade = pc.min_element_wise(pc.max_element_wise(pc.divide(age, 10), 1, skip_nulls=False), 7, skip_nulls=False)
    names = pa.array(["0-19", *(f"{ten}0-{ten}9" for ten in range(2, 7)), "70+"])
    return pc.fill_null(names.take(pc.subtract(decade, 1)), "")


def _printed(columns: Sequence[Column], ending: str) -> Iterator[bytes]:
    """SQLite: one CSV text a row."""
    form = ",".join(PRINTED[column.kind] for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT printf('{form}', {', '.join(column.sql for column in columns)}) {ending}")
        while found := cursor.fetchmany(CHUNK):
            yield "\n".join([row[0] for row in found]).encode()


def _copied(columns: Sequence[Column], ending: str) -> Iterator[bytes]:
    """PostgreSQL: COPY hands over whole rows of CSV, with a bare timestamp in UTC."""
    select = ", ".join(_in_postgresql(column) for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT {select} {ending}) TO STDOUT (FORMAT csv)") as copy,
    ):
        yield from _joined(copy)


def _in_postgresql(column: Column) -> str:
    if column.kind in {Kind.MOMENT, Kind.LOCAL_DAY}:
        return f"({column.sql}) AT TIME ZONE 'UTC'"
    return f"coalesce({column.sql}, '')" if column.kind is Kind.TEXT else column.sql


def _joined(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    buffer = bytearray()
    for block in blocks:
        buffer += block
        if len(buffer) > 2_000_000:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _parsed(text: bytes, columns: Sequence[Column]) -> pa.Table:
    return pa.csv.read_csv(
        io.BytesIO(text),
        # One block, so that a line break inside quotes never meets a block's end.
        read_options=pa.csv.ReadOptions(
            column_names=[column.name for column in columns], block_size=len(text) + 1, use_threads=False
        ),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types={column.name: READ[column.kind] for column in columns},
            null_values=[""],
            strings_can_be_null=False,
        ),
    )


def _kept(read: pa.Table, table: Fact | Dimension, wanted: pa.Schema, today: date, zone: ZoneInfo) -> pa.Table:
    columns = {}
    for column in table.columns:
        values = read[column.name].combine_chunks()
        if column.kind is Kind.LOCAL_DAY:
            values = local_days(values, zone)
        elif column.kind is Kind.AGE_BAND:
            values = age_bands(values, today)
        columns[column.name] = values
    if isinstance(table, Fact):
        columns["day"] = local_days(columns["at"], zone)
    return pa.table([columns[name] for name in wanted.names], schema=wanted)
