"""Many rows into one table at once, by the fastest honest way of the engine.

Arrow tables carry the rows: column names are the table's own, times are `timestamp[us, UTC]`.
"""

import io
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import batched, chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.apps import apps
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import JSONField

CHUNK = 20_000
# While very much is written the store holds 32,000 KiB of its file in memory, and what it would need to go back to in a
# file that has no name any more: a stretch of rows leaves as much of that as of rows.
LEAN = {"cache_size": -32_000, "temp_store": 1}
AT_ONCE = 4_000  # rows of an arrow table that are Python's at one time: more are no quicker, and lie in memory
CELLS = 2_000  # cells of one statement of SQLite: a statement has its own cost, and as many rows as fit share it
MANY = 1_000  # keys: before so many are asked for, whether there can be any of them is a question worth its time
LOOKED_AT = 1_000  # rows of each index from which SQLite reckons how they spread
UTC_TIME = pa.timestamp("us", "UTC")

log = logging.getLogger(__name__)

type Row = Sequence[Any]
type Listener = Callable[[str, int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@dataclass(frozen=True)
class Counted:
    """How many rows were new, changed what was there, or said what was known already."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@contextmanager
def telling(listener: Listener) -> Iterator[None]:
    """Tell which ids are reserved inside: table, first, last."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def lean(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Around a transaction that writes very much beside an engine of its own: the store holds less of its file."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = {}
        for what, less in LEAN.items():
            cursor.execute(f"PRAGMA {what}")
            before[what] = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA {what} = {less}")
        try:
            yield
        finally:
            for what, number in before.items():
                cursor.execute(f"PRAGMA {what} = {number}")


def look_over(connection: BaseDatabaseWrapper) -> None:
    """Let the store learn roughly how its rows spread, so that it knows which index leads to few of them.

    A hundredth of a second however many there are. PostgreSQL does so by itself. While another writes it is left for
    the next time: whoever loads much, and each night, asks again.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("PRAGMA busy_timeout")
        patience = cursor.fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("ANALYZE")
        except OperationalError as problem:  # what was loaded is in, whatever becomes of this
            if "locked" not in str(problem):
                log.warning("How the rows spread could not be learned: %s.", problem)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def reserve_ids(connection: BaseDatabaseWrapper, table: str, count: int) -> int:
    """The first of `count` consecutive ids of `table` that nobody else will get.

    Call it inside the transaction that inserts them: SQLite has one writer at a time. On PostgreSQL others
    may draw from the sequence meanwhile; then the block has a hole, and another is drawn (gaps are harmless).
    """
    first = _reserved(connection, table, count)
    if count and (listener := _listener.get()) is not None:
        listener(table, first, first + count - 1)
    return first


def _reserved(connection: BaseDatabaseWrapper, table: str, count: int) -> int:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0) + 1", [table])
            return int(cursor.fetchone()[0])
        while True:
            # Its name is looked up once: beside each number drawn that would be ten times the work.
            cursor.execute(
                "WITH named AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS numbers)"
                " SELECT min(id), max(id) FROM"
                " (SELECT nextval(numbers) AS id FROM named, generate_series(1, %s)) drawn",
                [table, max(count, 1)],
            )
            first, last = cursor.fetchone()
            if last - first == max(count, 1) - 1:
                return int(first)


def lock(connection: BaseDatabaseWrapper, name: str, *, shared: bool = False) -> None:
    """Let one transaction at a time do what `name` says, or many that share it; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {how}(hashtext(%s))", [name])


def insert(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    skip_known: bool = False,
) -> int:
    """Insert the rows and return how many went in; constraints are the database's.

    With `skip_known` a row that a unique constraint already knows is left out instead of refused.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        return _copied(connection, table, names, iter(rows), how="", skip_known=skip_known)
    with connection.cursor() as cursor:
        return sum(_put_in(cursor, table, columns, chunk, skip_known) for chunk in batched(rows, CHUNK))


def insert_table(connection: BaseDatabaseWrapper, table: str, rows: pa.Table, *, skip_known: bool = False) -> int:
    """Insert an arrow table as `insert` does rows, without making a Python object of every cell twice."""
    if rows.num_rows == 0:
        return 0
    if connection.vendor == "postgresql":
        names = ", ".join(f'"{name}"' for name in rows.column_names)
        return _copied(connection, table, names, _csv(rows), how=" WITH (FORMAT csv)", skip_known=skip_known)
    with connection.cursor() as cursor:
        return sum(
            _put_in(cursor, table, rows.column_names, list(_plain_rows(batch)), skip_known)
            for batch in rows.to_batches(max_chunksize=AT_ONCE)
        )


def update_table(connection: BaseDatabaseWrapper, table: str, rows: pa.Table) -> None:
    """Put the columns of an arrow table into the rows of `table` that have its ids, whatever was there."""
    if rows.num_rows == 0:
        return
    names = [name for name in rows.column_names if name != "id"]
    if connection.vendor == "postgresql":
        _updated(connection, table, names, rows)
        return
    sets = ", ".join(f'"{name}" = %s' for name in names)
    with connection.cursor() as cursor:
        for batch in rows.select([*names, "id"]).to_batches(max_chunksize=CHUNK):
            _put(cursor, f'UPDATE "{table}" SET {sets} WHERE "id" = %s', _plain_rows(batch))  # noqa: S608


def ids_by(
    connection: BaseDatabaseWrapper,
    table: str,
    key: str,
    values: Sequence[str],
    *,
    same: Mapping[str, Any] | None = None,
) -> dict[str, int]:
    """The ids of the rows whose `key` is among `values`, by key; `same` names columns that must equal a value."""
    return {row[0]: row[1] for row in rows_by(connection, table, key, values, ["id"], same=same)}


def rows_by(
    connection: BaseDatabaseWrapper,
    table: str,
    key: str,
    values: Sequence[Any],
    columns: Sequence[str],
    *,
    same: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """(key, *columns) of the rows whose `key` is among `values`, in one question however many there are.

    Of many keys another comes before: where no row has the values of `same`, as in a new store, none is looked up.
    """
    import json

    same = same or {}
    if same and len(values) > MANY and not _any(connection, table, same):
        return []
    postgresql = connection.vendor == "postgresql"
    among = "= ANY(%s)" if postgresql else "IN (SELECT value FROM json_each(%s))"
    wanted = as_array(values) if postgresql else json.dumps(list(values), ensure_ascii=False)
    names = ", ".join(f'"{name}"' for name in [key, *columns])
    conditions = " AND ".join([*(f'"{name}" = %s' for name in same), f'"{key}" {among}'])
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {names} FROM "{table}" WHERE {conditions}',  # noqa: S608 -- our own names
            [*same.values(), wanted],
        )
        return list(cursor.fetchall())


def _any(connection: BaseDatabaseWrapper, table: str, same: Mapping[str, Any]) -> bool:
    conditions = " AND ".join(f'"{name}" = %s' for name in same)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" WHERE {conditions} LIMIT 1', [*same.values()])  # noqa: S608
        return cursor.fetchone() is not None


def as_array(values: Iterable[Any]) -> str | list[Any]:
    """Texts or numbers as PostgreSQL writes an array: as one text, a tenth of the driver's work for one after another.

    Values with the sign that no text of PostgreSQL may hold are left to the driver, which refuses them.
    """
    listed = [value for value in values if value is not None]
    told = "\0".join(map(str, listed))
    if told.count("\0") >= max(len(listed), 1):
        return listed
    inner = told.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{inner}"}}' if listed else "{}"


def mapped(column: pa.Array | pa.ChunkedArray, ids: Mapping[str, int]) -> pa.Array:
    """The id of each text, null where the text is null or has none."""
    encoded = pa.chunked_array([column] if isinstance(column, pa.Array) else column.chunks, column.type)
    encoded = encoded.combine_chunks().dictionary_encode()
    found = pa.array([ids.get(text) for text in encoded.dictionary.to_pylist()], pa.int64())
    return found.take(encoded.indices)


def runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive ids."""
    ordered = np.unique(np.fromiter(ids, np.int64))
    if not len(ordered):
        return []
    breaks = np.flatnonzero(np.diff(ordered) > 1)
    firsts = ordered[np.concatenate([[0], breaks + 1])]
    lasts = ordered[np.concatenate([breaks, [len(ordered) - 1]])]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def _put_in(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Row], skip_known: bool) -> int:
    """Insert the rows, as many to a statement as fit, and those that are left over one by one."""
    together = _together(table, len(columns))
    whole = len(rows) // together * together
    count = 0
    if whole:
        cells = (list(chain.from_iterable(rows[first : first + together])) for first in range(0, whole, together))
        count += _put(cursor, _insertion(table, columns, rows=together, skip_known=skip_known), cells)
    if left := rows[whole:]:
        count += _put(cursor, _insertion(table, columns, rows=1, skip_known=skip_known), left)
    return count


def _together(table: str, columns: int) -> int:
    """How many rows one statement of SQLite inserts.

    One alone where a check of the table calls a function, as that of JSON does: it may fail in the midst of a
    statement, so SQLite keeps every page the statement touches, in memory, until the transaction ends.
    """
    return 1 if table in _with_json() else max(CELLS // columns, 1)


@cache
def _with_json() -> frozenset[str]:
    """The tables that hold JSON."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if any(isinstance(field, JSONField) for field in model._meta.local_fields)
    )


def _insertion(table: str, columns: Sequence[str], *, rows: int, skip_known: bool) -> str:
    """SQL that inserts so many rows. A row that is refused fails the transaction: nothing need be kept to undo the
    statement alone.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * rows)
    end = " ON CONFLICT DO NOTHING" if skip_known else ""
    return f'INSERT OR FAIL INTO "{table}" ({names}) VALUES {marks}{end}'  # noqa: S608 -- our own names


def _put(cursor: CursorWrapper, sql: str, rows: Any) -> int:
    cursor.executemany(sql, rows)
    return int(cursor.rowcount)


def _plain_rows(batch: pa.RecordBatch) -> Iterable[Row]:
    return zip(*(_plain(column).to_pylist() for column in batch.columns), strict=True)


def _plain(column: pa.Array) -> pa.Array:
    """Times and days as Django writes them into SQLite: a fraction only where there is one."""
    if pa.types.is_timestamp(column.type):
        whole = column.cast(pa.timestamp("us")).cast(pa.timestamp("s"), safe=False)
        exact = pc.equal(whole.cast(pa.timestamp("us")), column.cast(pa.timestamp("us")))
        return pc.if_else(exact, whole.cast(pa.string()), column.cast(pa.timestamp("us")).cast(pa.string()))
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column


def _csv(rows: pa.Table) -> Iterator[bytes]:
    import pyarrow.csv

    # Quotes around every text tell the empty one from null; numbers and times need none.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    # Few at a time: the first are on their way, and the server at work, before the others are written out.
    for batch in rows.to_batches(max_chunksize=AT_ONCE):
        sink = io.BytesIO()
        told = pa.table([_with_zone(column) for column in batch.columns], names=batch.schema.names)
        pyarrow.csv.write_csv(told, sink, options)
        yield sink.getvalue()


def _with_zone(column: pa.Array) -> pa.Array:
    """Moments as texts: arrow looks the zone up for every one it writes, which takes longer than all the rest."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is None:
        return column
    return pc.binary_join_element_wise(column.cast(pa.timestamp("us")).cast(pa.string()), "Z", "")


def _updated(connection: BaseDatabaseWrapper, table: str, names: Sequence[str], rows: pa.Table) -> None:
    """By way of a table of their own: one statement changes them all."""
    told = f"{table}_told"
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    sets = ", ".join(f'"{name}" = "{told}"."{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE "{told}" AS SELECT {columns} FROM "{table}" WITH NO DATA')  # noqa: S608
        _copied(connection, told, columns, _csv(rows), how=" WITH (FORMAT csv)", skip_known=False)
        cursor.execute(f'UPDATE "{table}" SET {sets} FROM "{told}" WHERE "{table}"."id" = "{told}"."id"')  # noqa: S608
        cursor.execute(f'DROP TABLE "{told}"')


def _copied(
    connection: BaseDatabaseWrapper, table: str, names: str, rows: Iterator[Any], *, how: str, skip_known: bool
) -> int:
    into = f"{table}_coming" if skip_known else table
    with connection.cursor() as cursor:
        if skip_known:
            cursor.execute(f'CREATE TEMP TABLE "{into}" AS SELECT {names} FROM "{table}" WITH NO DATA')  # noqa: S608
        # Inside, errors come as Django's, like those of any other statement.
        with connection.wrap_database_errors, cursor.copy(f'COPY "{into}" ({names}) FROM STDIN{how}') as copy:
            write = copy.write if how else copy.write_row
            for row in rows:
                write(row)
        if skip_known:
            cursor.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{into}" ON CONFLICT DO NOTHING'  # noqa: S608
            )
        count = cursor.rowcount
        if skip_known:
            cursor.execute(f'DROP TABLE "{into}"')
        return int(count)
