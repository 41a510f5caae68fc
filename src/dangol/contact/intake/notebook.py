"""What a batch writes, kept while it is written, so that it can be undone: `undoing` reads it back."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import batched
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import connection, models

from dangol.contact.intake.models import Batch, Changed, Wrote
from dangol.lib import bulk
from dangol.records.changes.notebook import Former, lying_open

ROOM = "dangol.records."


class BatchNotebook:
    """Takes down the keys of rows a batch makes, and of rows it changes what was there before.

    A row is its own where its key was handed out to it: whatever else is there, others made, even while it writes.
    Open it inside the transaction that writes, and `close` it there.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._own: dict[str, Ranges] = {}
        self._ranges: dict[str, Ranges] = {}

    def made(self, table: str, first_key: int, last_key: int) -> None:
        """These keys are the batch's own, if it uses them."""
        self._own[table] = joined([*self._own.get(table, ()), (first_key, last_key)])

    def written(self, table: str, first_key: int, last_key: int) -> None:
        """Rows are new or changed: of these, those under keys of its own are kept."""
        for first, last in self._own.get(table, ()):
            if max(first, first_key) <= min(last, last_key):
                self._ranges.setdefault(table, []).append((max(first, first_key), min(last, last_key)))

    def changed(self, table: type[models.Model], rows: Iterable[Former]) -> None:
        """Rows are changed: what others made is kept as it was."""
        name = table._meta.db_table
        own = self._own.get(name, [])
        told = (
            (self.batch.pk, name, row.key, row.customer_id, _plain(row.was), _plain(row.became))
            for row in rows
            if not _holds(own, row.key)
        )
        for part in batched(told, bulk.CHUNK):
            bulk.insert(connection, Changed._meta.db_table, COLUMNS, part)

    def close(self) -> None:
        """Keep which rows were made."""
        Wrote.objects.bulk_create(
            [
                Wrote(batch=self.batch, table=table, first_key=first, last_key=last)
                for table, ranges in self._ranges.items()
                for first, last in joined(ranges)
            ],
            batch_size=1000,
        )


@contextmanager
def keeping(batch: Batch) -> Iterator[None]:
    """Keep what is written inside with the batch; call it in the transaction that writes, once the batch has a key."""
    notebook = BatchNotebook(batch)
    with lying_open(notebook):
        yield
    notebook.close()


def one_at_a_time() -> None:
    """Wait until no other file is written or undone: call it first in the transaction that does either."""
    bulk.lock(connection, "imports")


type Ranges = list[tuple[int, int]]

COLUMNS = ("batch_id", "table", "key", "customer_id", "was", "became")


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that touch or overlap made one."""
    whole: Ranges = []
    for first, last in sorted(ranges):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


def _holds(ranges: Ranges, key: int) -> bool:
    """Whether a key is in one of these ranges, which are in order."""
    place = bisect_right(ranges, key, key=itemgetter(0)) - 1
    return place >= 0 and key <= ranges[place][1]


def plain(value: Any) -> Any:
    """A value as it is kept: what JSON cannot say becomes text, as the field reads it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def tables() -> dict[str, type[models.Model]]:
    """The tables of the records that a batch may write, by name."""
    found = (model for model in apps.get_models() if model.__module__.startswith(ROOM))
    return {model._meta.db_table: model for model in found if isinstance(model._meta.pk, models.AutoField)}


def _plain(values: Mapping[str, Any]) -> str:
    return json.dumps({name: plain(value) for name, value in values.items()}, ensure_ascii=False)
