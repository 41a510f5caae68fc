"""Writing to the change feed, always inside the transaction of the change itself."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models

from dangol.records.changes.models import Change, Reading
from dangol.records.changes.notebook import keep_made, keep_written


def record_range(table: type[models.Model], *, first_key: int, last_key: int, at: datetime) -> Change:
    """Say that the rows of a table from `first_key` to `last_key` are new or changed."""
    if not connection.in_atomic_block:
        raise RuntimeError("A change is recorded in the transaction of the change: open one first.")
    keep_written(table._meta.db_table, first_key, last_key)
    return Change.objects.create(
        table=table._meta.db_table, first_key=first_key, last_key=last_key, xid=_transaction(), recorded_at=at
    )


def record_row(row: models.Model, *, at: datetime, made: bool = False) -> Change:
    """Say that one row is new or changed; `made`: it is new, which an import wants to know to be undone."""
    if made:
        keep_made(row._meta.db_table, row.pk, row.pk)
    return record_range(type(row), first_key=row.pk, last_key=row.pk, at=at)


def mark_read(reader: str, changes: Iterable[Change], *, at: datetime) -> None:
    """Say that a reader has taken these changes, in the transaction of what it did with them."""
    Reading.objects.bulk_create(
        [Reading(reader=reader, change=change, read_at=at) for change in changes], batch_size=1000
    )


def _transaction() -> int | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])
