"""From the records to Arrow, in the types that the columns promise. Memory is that of one chunk, and of what the rows
of a fact lead to where it is read whole.

Many rows are read through ADBC, past the connection at hand. A few rows, and those that the caller's own transaction
alone can see, come on that connection as texts, which Arrow parses by an explicit schema: PostgreSQL copies them,
SQLite's printf() builds one CSV text a row, which is more than twice as fast as fetching a Python object a column.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection
from django.utils.translation import gettext as _

from dangol.insight.warehouse import postgresql, sqlite
from dangol.insight.warehouse.facts import Column, Dimension, Fact, Kind
from dangol.insight.warehouse.regions import placed
from dangol.insight.warehouse.whole import rows_with_leads
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
    Kind.PROVINCE: pa.string(),
    Kind.DISTRICT: pa.string(),
}
THOUSANDTHS = pa.decimal128(19, 3)
KEPT = READ | {Kind.LOCAL_DAY: pa.date32(), Kind.AGE_BAND: pa.string()}
WORDS = {Kind.TEXT, Kind.PROVINCE, Kind.DISTRICT}  # null becomes ""
# %w doubles quotes, as CSV wants; %s writes null as nothing; 17 digits bring a float back whole.
PRINTED = dict.fromkeys(Kind, "%s") | dict.fromkeys(WORDS, '"%w"') | {Kind.FLOAT: "%!.17g", Kind.QUANTITY: "%.3f"}
QUARTER = 900_000_000  # microseconds; every offset of a time zone changes on a quarter of an hour
QUARTERS = 96  # of a day
A_DAY = QUARTER * QUARTERS


def schema_of(table: Fact | Dimension) -> pa.Schema:
    """The columns as kept in the lake."""
    fields = [(column.name, KEPT[column.kind]) for column in table.columns]
    if isinstance(table, Fact):
        fields.insert([name for name, _ in fields].index("at") + 1, ("day", pa.date32()))
    return pa.schema(fields)


def in_one_go() -> AbstractContextManager[None]:
    """Around the reading of several tables."""
    return postgresql.in_one_go() if connection.vendor == "postgresql" else sqlite.in_one_go()


def rows(
    table: Fact | Dimension, condition: str = "", *, today: date, zone: ZoneInfo, few: bool = False
) -> Iterator[pa.Table]:  # fmt: skip
    """Chunks of the table's rows as kept in the lake; `condition` is SQL over the row's alias `r`.

    few: they are fewer than are worth a connection, or a process, of their own.
    """
    wanted = schema_of(table)
    for chunk in _read(table, condition, few):
        yield _kept(chunk, table, wanted, today, zone)


def _read(table: Fact | Dimension, condition: str, few: bool) -> Iterator[pa.Table]:
    try:
        if few or not _past_the_connection():
            for text in _texts(table, condition):
                yield _parsed(text, table.columns)
            return
        source = postgresql if connection.vendor == "postgresql" else sqlite
        if isinstance(table, Fact) and not condition:
            yield from rows_with_leads(table, source)
        elif not condition:
            with source.at_one_moment():
                yield from source.read_whole(table.columns, table.table, "r", table.joins)
        else:
            yield from source.read(table.columns, _from(table, condition))
    except pa.ArrowInvalid as error:
        raise BadRecords(table.table, str(error).splitlines()[0]) from error


def _past_the_connection() -> bool:
    """Whether the rows can be read past the connection at hand."""
    return not connection.in_atomic_block if connection.vendor == "postgresql" else sqlite.readable()


def _texts(table: Fact | Dimension, condition: str) -> Iterator[bytes]:
    if connection.vendor == "postgresql":
        return postgresql.copied(table.columns, _from(table, condition))
    return _printed(table, condition)


def count(table: Dimension) -> int:
    """How many rows the table has."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table.table}"')  # noqa: S608 -- our own table name
        return int(cursor.fetchone()[0])


def count_about(table: Fact | Dimension) -> int:
    """The highest key of the table: about how many rows a full reading will bring."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max(id) FROM "{table.table}"')  # noqa: S608 -- our own table name
        return int(cursor.fetchone()[0] or 0)


def local_days(moments: pa.Array, zone: ZoneInfo) -> pa.Array:
    """The date in the time zone of each UTC timestamp without a zone; null stays null."""
    micros = pc.fill_null(moments.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    if not len(micros):
        return pa.array([], pa.date32())
    told = pa.array(micros // A_DAY).dictionary_encode()  # which days there are, without sorting
    days, where = told.dictionary.to_numpy(), told.indices.to_numpy()
    begins, ends = (np.array([_offset(int(day) * QUARTERS, zone) for day in some]) for some in (days, days + 1))
    offsets = begins[where]
    changes = (begins != ends)[where]  # the clock is set on that day: each quarter of it is asked for
    if changes.any():
        quarters, place = np.unique(micros[changes] // QUARTER, return_inverse=True)
        offsets[changes] = np.array([_offset(int(quarter), zone) for quarter in quarters])[place]
    found = ((micros + offsets) // A_DAY).astype(np.int32)
    unknown = pc.is_null(moments).to_numpy(zero_copy_only=False) if moments.null_count else None
    return pa.array(found, pa.int32(), mask=unknown).cast(pa.date32())


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


def _from(table: Fact | Dimension, condition: str) -> str:
    where = f" WHERE {condition}" if condition else ""
    return f'FROM "{table.table}" r {table.joins}{where}'


def _printed(table: Fact | Dimension, condition: str) -> Iterator[bytes]:
    """SQLite: one CSV text a row; all of a table in the order in which they come the other way, too."""
    order = "" if condition else " ORDER BY r.id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_text_of(table)} {_from(table, condition)}{order}")
        while found := cursor.fetchmany(CHUNK):
            yield "\n".join([row[0] for row in found]).encode()


def _text_of(table: Fact | Dimension) -> str:
    """The SQL of a row as CSV."""
    form = ",".join(PRINTED[column.kind] for column in table.columns)
    # For null %w would write "(NULL)".
    values = [f"coalesce({one.sql}, '')" if one.kind in WORDS else one.sql for one in table.columns]
    return f"printf('{form}', {', '.join(values)})"


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
        values = _exact(read[column.name].combine_chunks(), column.kind)
        if column.kind is Kind.LOCAL_DAY:
            values = local_days(values, zone)
        elif column.kind is Kind.AGE_BAND:
            values = age_bands(values, today)
        elif column.kind in {Kind.PROVINCE, Kind.DISTRICT}:
            values = _placed(values, column.kind)
        columns[column.name] = values
    if isinstance(table, Fact):
        columns["day"] = local_days(columns["at"], zone)
    return pa.table([columns[name] for name in wanted.names], schema=wanted)


def _exact(values: pa.Array, kind: Kind) -> pa.Array:
    """Values of the type that is promised, whichever way they came."""
    if kind is Kind.QUANTITY and values.type == pa.float64():
        whole = pc.round(pc.multiply(values, 1000)).cast(pa.int64()).cast(pa.decimal128(19, 0))
        values = pa.Array.from_buffers(THOUSANDTHS, len(whole), whole.buffers(), offset=whole.offset)
    if values.type != READ[kind]:
        values = values.cast(READ[kind])  # of a moment with its zone, the same number without it: UTC
    return values.fill_null("") if kind in WORDS and values.null_count else values


def _placed(places: pa.Array, kind: Kind) -> pa.Array:
    told = places.dictionary_encode()
    codes = [placed(place)[kind is Kind.DISTRICT] for place in told.dictionary.to_pylist()]
    return pa.array(codes, pa.string()).take(told.indices)
