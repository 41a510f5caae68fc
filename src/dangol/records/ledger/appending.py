"""Rows that are appended once: a row the table already holds is left as it is."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db import connection, models
from django.db.transaction import atomic

from dangol.lib.bulk import CHUNK, reserve_ids
from dangol.records.changes.actions import record_range


@atomic
def append_new[M: models.Model](rows: Iterable[M], *, at: datetime) -> int:
    """Insert the unsaved rows (all of one table) that no unique constraint refuses; return how many were new.

    Every chunk is one change range of ids of its own, so a reader sees these rows and nobody else's.
    """
    return sum(_append(list(chunk), at=at) for chunk in batched(rows, CHUNK))


def _append(rows: list[models.Model], *, at: datetime) -> int:
    table = type(rows[0])
    first = reserve_ids(connection, table._meta.db_table, len(rows))
    for key, row in enumerate(rows, first):
        row.pk = key
    last = first + len(rows) - 1
    table._default_manager.bulk_create(rows, ignore_conflicts=True)
    added = table._default_manager.filter(pk__range=(first, last)).count()
    if added:
        record_range(table, first_key=first, last_key=last, at=at)
    return added
