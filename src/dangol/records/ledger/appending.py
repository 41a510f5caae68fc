"""Rows that are appended once: a row the table already holds is left as it is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, models
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.changes.actions import record_range


@atomic
def append_new(
    table: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, at: datetime
) -> int:
    """Insert the rows that no unique constraint refuses and return how many were new.

    columns: names in the database ("identity_id"), every column without a default but the id; rows: plain values in
    that order, times aware. Every chunk is a change range of ids of its own: a reader sees these rows and no others.
    """
    return sum(_append(table, columns, chunk, at=at) for chunk in batched(rows, bulk.CHUNK))


def _append(table: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, at: datetime) -> int:
    name = table._meta.db_table
    first = bulk.reserve_ids(connection, name, len(rows))
    numbered = ((key, *row) for key, row in enumerate(_stored(rows), first))
    added = bulk.insert(connection, name, ["id", *columns], numbered, skip_known=True)
    if added:
        record_range(table, first_key=first, last_key=first + len(rows) - 1, at=at)
    return added


def _stored(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Times as the database keeps them; everything else as it is."""
    stored = connection.ops.adapt_datetimefield_value
    for row in rows:
        yield [stored(value) if isinstance(value, datetime) else value for value in row]
