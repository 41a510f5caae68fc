"""Many rows into one table at once, by the fastest honest way of the engine."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

CHUNK = 20_000


def reserve_ids(connection: BaseDatabaseWrapper, table: str, count: int) -> int:
    """The first of `count` consecutive ids of `table` that nobody else will get.

    Call it inside the transaction that inserts them: SQLite has one writer at a time,
    PostgreSQL moves the sequence under a lock.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count])
            return first
        cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{table}"')  # noqa: S608 -- our own table name
        return int(cursor.fetchone()[0])


def insert(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert the rows as they are and return how many; constraints are the database's."""
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        return _copy(connection, table, names, rows)
    marks = ", ".join(["%s"] * len(columns))
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 -- our own names
    count = 0
    with connection.cursor() as cursor:
        for chunk in batched(rows, CHUNK):
            cursor.executemany(sql, chunk)
            count += len(chunk)
    return count


def _copy(connection: BaseDatabaseWrapper, table: str, names: str, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
