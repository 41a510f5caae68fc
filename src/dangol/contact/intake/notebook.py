"""What a batch writes, kept while it is written, so that it can be undone: `undoing` reads it back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import connection, models

from dangol.contact.intake.models import Batch, Changed, Wrote
from dangol.lib import bulk
from dangol.records.changes.notebook import Former, lying_open

ROOM = "dangol.records."


class BatchNotebook:
    """Takes down the keys of rows a batch makes, and of rows it changes what was there before.

    A key above the highest there was when the batch began is that of a row it made. Open it inside the transaction
    that writes, and `close` it there.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._marks = _highest_keys()
        self._ranges: dict[str, list[tuple[int, int]]] = {}

    def written(self, table: str, first_key: int, last_key: int) -> None:
        """Rows are new or changed: of these, the new ones are kept as a range."""
        mark = self._marks.get(table)
        if mark is not None and last_key > mark:
            self._ranges.setdefault(table, []).append((max(first_key, mark + 1), last_key))

    def changed(self, table: type[models.Model], rows: Iterable[Former]) -> None:
        """Rows that were there before the batch are changed."""
        name = table._meta.db_table
        mark = self._marks[name]
        told = (
            (self.batch.pk, name, row.key, row.customer_id, _plain(row.was), _plain(row.became))
            for row in rows
            if row.key <= mark
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


COLUMNS = ("batch_id", "table", "key", "customer_id", "was", "became")


def joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch or overlap made one."""
    whole: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


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


def _highest_keys() -> dict[str, int]:
    questions = " UNION ALL ".join(
        f"SELECT '{table}', coalesce(max(id), 0) FROM \"{table}\""  # noqa: S608 -- our own names
        for table, model in tables().items()
        if model._meta.pk is not None and model._meta.pk.column == "id"
    )
    with connection.cursor() as cursor:
        cursor.execute(questions)
        return dict(cursor.fetchall())
