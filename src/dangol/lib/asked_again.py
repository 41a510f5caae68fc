"""Questions that are asked again and again with other values: their SQL is made once, their answers are never kept.

Making SQL out of a queryset takes Django ten times as long as the store takes to answer it for one customer. So a
question is a function that makes its queryset out of blanks, which are filled in each time it is asked:

    @asked_again
    def loans_of(customer: Any, before: Any, *, titles: bool) -> QuerySet[Loan]:
        ...

    rows = loans_of(12, at, titles=True)

What is given by position fills a blank; None fills none, so that `before=None` may make another queryset. What is given
by name shapes the queryset, which is made once for each shape. It may hang on nothing else: not on the language, a
setting or the clock, nor on what stands in the records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any, Self, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

COLUMNS = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")
LONGEST = 63  # bits of a number that a store can compare with
SHAPES = 64  # of one question; what was not asked for longest is made anew


class Blank(Expression):
    """A value that is told only when the question is asked: the one at this place, or what `how` makes of it."""

    def __init__(self, place: int, how: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self.place, self.how = place, how

    def then(self, how: Callable[[Any], Any]) -> Blank:
        """What `how` makes of the value, each time it is told: of a moment the day, or the moment a month before."""
        return Blank(self.place, how)

    def as_sql(self, _compiler: SQLCompiler, _connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def filled(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
        """The value as this store takes it."""
        value = values[self.place] if self.how is None else self.how(values[self.place])
        if isinstance(value, datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def asked_again[Row](made_of: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """Let the function answer with the rows of the queryset it makes."""

    @lru_cache(maxsize=SHAPES)
    def made(_store: str, told: tuple[bool, ...], **shape: Any) -> QuerySet[Any, Row]:
        rows = made_of(*(Blank(place) if there else None for place, there in enumerate(told)), **shape).all()
        rows.query.__class__ = _Made  # as Django turns one kind of query into another
        cast("_Made", rows.query).make()
        return rows

    @wraps(made_of)
    def ask(*values: Any, **shape: Any) -> list[Row]:
        if any(isinstance(value, int) and value.bit_length() > LONGEST for value in values):
            return list(made_of(*values, **shape))  # Django knows what that means
        store = connections[DEFAULT_DB_ALIAS].vendor
        rows = made(store, tuple(value is not None for value in values), **shape).all()
        cast("_Made", rows.query).values = values
        return list(rows)

    return ask


class _Made(Query):
    """A query that knows its SQL, and what its blanks are filled with this time."""

    values: Sequence[Any] = ()

    def make(self) -> None:
        """Find the SQL, and what reads the columns of its answer."""
        compiler = super().get_compiler(DEFAULT_DB_ALIAS)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()
        self.columns = {name: getattr(compiler, name) for name in COLUMNS}

    def clone(self) -> Self:
        # Nothing changes it any more, so that everything but the values may be shared.
        clone = object.__new__(type(self))
        vars(clone).update(vars(self))
        return clone

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        return _Filled(self, connection or connections[using or DEFAULT_DB_ALIAS], using, elide_empty)


class _Filled(SQLCompiler):
    """Asks what was made before, with the blanks filled in."""

    query: _Made

    def __init__(self, query: _Made, connection: Any, using: str | None, elide_empty: bool) -> None:
        super().__init__(query, connection, using, elide_empty)
        vars(self).update(query.columns)

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, tuple[Any, ...]]:
        told, store = self.query.values, self.connection
        params = (one.filled(told, store) if isinstance(one, Blank) else one for one in self.query.params)
        return self.query.sql, tuple(params)
