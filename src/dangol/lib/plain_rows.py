"""Very many rows as the store's driver gives them: a million without a conversion each."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

PART = 50_000


def as_written(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The same in the order in which they were written: by an index SQLite would jump about the table."""
    if connection.vendor != "sqlite":
        return rows
    found: QuerySet[Any, Any] = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
    return found.values_list(*rows.query.values_select)


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


def columns_of(rows: QuerySet[Any, Any], *kinds: Any) -> list[npt.NDArray[Any]]:
    """The columns of a queryset of values as arrays of these kinds of numpy; NaN where a float is not known. A part is
    an array before the next is read: a million rows are never all Python's at one time.
    """
    found: list[list[npt.NDArray[Any]]] = [[np.empty(0, kind)] for kind in kinds]
    for part in plain_rows(rows):
        for column, told, kind in zip(found, part, kinds, strict=True):
            column.append(np.array(told, kind))
    return [np.concatenate(column) for column in found]
