"""Very many rows as the store's driver gives them: a million without a conversion each."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

PART = 50_000


def as_written(rows: QuerySet[Any, Any]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The same in the order in which they were written: by an index SQLite would jump about the table."""
    if connection.vendor == "sqlite":
        found = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
        rows = found.values_list(*rows.query.values_select)
    return plain_rows(rows)


def plain_rows(rows: Any) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The columns of a queryset of values, a part of the rows at a time; none where no row can be meant."""
    try:
        sql, words = rows.query.sql_with_params()
    except EmptyResultSet:  # what is among nothing: Django makes no SQL of it
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, words)
        while part := cursor.fetchmany(PART):
            yield tuple(zip(*part, strict=True))
