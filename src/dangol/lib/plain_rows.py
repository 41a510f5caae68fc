"""Very many rows as the store's driver gives them: a million without a conversion each."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

PART = 50_000


def plain_rows(rows: Any) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The columns of a queryset of values, a part of the rows at a time."""
    sql, words = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, words)
        while part := cursor.fetchmany(PART):
            yield tuple(zip(*part, strict=True))
