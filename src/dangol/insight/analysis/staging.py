"""Scores come as columns and are kept as rows: the database unfolds one into the other.

A row per customer and score is what lists, segments and cards want; sending a million of them through the driver one
by one is slow. So one wide row per customer goes into a temporary table, and each score is unfolded from it by one
INSERT ... SELECT. What is kept in a wide row goes where it stays at once.

SQLite would look the customer up for each score and keep what every statement changes, to undo that statement alone: a
third of the time, and a gigabyte for a million customers. Here a refusal undoes the whole transaction, and customers
are looked up once, in the wide rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError, connection
from django.db.models import IntegerField, Model

from dangol.insight.analysis.models import Provenance, Score
from dangol.lib import bulk
from dangol.records.customers.models import Customer

type Array = npt.NDArray[np.float64]

STAGING = "scores_to_be"
TOGETHER = 2_000  # customers whose scores are written one after the other
ROOM = -700_000  # KiB, as SQLite counts: what all columns' places in the index take
AT_ONCE = 20_000  # customers whose scores are Python's at one time


@dataclass(frozen=True)
class Column:
    """One score of many customers, in the order of the customers.

    values: NaN where nothing is known (no row is written there); texts: the word instead of, or beside, the number;
    low, high: the interval, NaN where there is none; provenance: one for all, or one for each.
    """

    name: str
    values: Array | None = None
    texts: Sequence[str] | None = None
    low: Array | None = None
    high: Array | None = None
    provenance: str | Sequence[str] = Provenance.MEASURED


@dataclass(frozen=True)
class Wide:
    """Numbers that stay in one row a customer, in a table of their own: columns `run`, `customer` and these.

    numbers: one entry a customer each, NaN where nothing is known; who has none at all has no row.
    """

    table: type[Model]
    numbers: Mapping[str, Array]


def unfold(run_id: int, customer_ids: Sequence[int], columns: Sequence[Column], wide: Wide | None = None) -> int:
    """Write the rows of all columns, and the wide ones; return how many. Call it inside a transaction.

    Raises IntegrityError where one of the customers is not on record.
    """
    _refuse_ragged(customer_ids, [*(wide.numbers.values() if wide else ())])
    laid = [found for number, column in enumerate(columns) if (found := _Laid.out(number, column)).parts]
    if not laid and not wide:
        return 0
    with connection.cursor() as cursor:
        key = "integer" if _lite() else "bigint"  # SQLite keeps rows by a key that is an "integer", by name
        declared = [f"customer_id {key} PRIMARY KEY", *(part for column in laid for part in column.declared())]
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGING} ({', '.join(declared)})")
        names = ["customer_id", *(name for column in laid for name in column.parts)]
        bulk.insert(connection, STAGING, names, _wide(customer_ids, laid))
        _refuse_strangers(cursor)
        written = 0
        # All scores of some customers, then of the next: the constraint's index grows at one place, and not nine times
        # from its beginning to its end.
        rising = np.sort(np.asarray(customer_ids, np.int64))
        for first in range(0, len(rising), TOGETHER):
            some = rising[first : first + TOGETHER]
            for column in laid:
                sql, values = column.insert(run_id)
                cursor.execute(sql, [*values, int(some[0]), int(some[-1])])
                written += cursor.rowcount
        cursor.execute(f"DROP TABLE {STAGING}")
    return written + (_written_beside(run_id, customer_ids, wide) if wide else 0)


@contextmanager
def very_many() -> Iterator[None]:
    """Around the transaction that writes scores of everybody: SQLite then leaves it to `unfold` whether the customers
    are on record, and has room for what grows.
    """
    with connection.constraint_checks_disabled(), _roomy():
        yield


@contextmanager
def _roomy() -> Iterator[None]:
    if not _lite():
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = {ROOM}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def _lite() -> bool:
    return connection.vendor == "sqlite"


def _wide(customer_ids: Sequence[int], laid: Sequence[_Laid]) -> Iterator[tuple[Any, ...]]:
    """One row a customer."""
    parts = [values for column in laid for values in column.parts.values()]
    _refuse_ragged(customer_ids, parts)
    for first in range(0, len(customer_ids), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        yield from zip(customer_ids[some], *(_plain(values[some]) for values in parts), strict=True)


def _written_beside(run_id: int, customer_ids: Sequence[int], wide: Wide) -> int:
    """The rows of those of whom any of the numbers is known."""
    known = {name: values for name, values in wide.numbers.items() if not np.isnan(values).all()}
    if not known:
        return 0
    whose = np.asarray(customer_ids, np.int64)
    some = np.flatnonzero(np.logical_or.reduce([~np.isnan(values) for values in known.values()]))
    some = some[np.argsort(whose[some], kind="stable")]
    whole = {name for name in known if isinstance(wide.table._meta.get_field(name), IntegerField)}

    def rows() -> Iterator[tuple[Any, ...]]:
        for first in range(0, len(some), AT_ONCE):
            part = some[first : first + AT_ONCE]
            told = (_plain(values[part], whole=name in whole) for name, values in known.items())
            yield from zip(repeat(run_id, len(part)), whose[part].tolist(), *told, strict=True)

    return bulk.insert(connection, wide.table._meta.db_table, ["run_id", "customer_id", *known], rows())


def _refuse_ragged(customer_ids: Sequence[int], columns: Sequence[Sequence[Any] | Array]) -> None:
    if any(len(values) != len(customer_ids) for values in columns):
        raise ValueError("Every column needs one entry for each customer.")


def _refuse_strangers(cursor: Any) -> None:
    """What the keys would refuse, asked once a customer: `very_many` lets the store look away."""
    cursor.execute(
        f"SELECT customer_id FROM {STAGING} "  # noqa: S608 -- our own names
        f'WHERE NOT EXISTS (SELECT 1 FROM "{Customer._meta.db_table}" WHERE id = customer_id) LIMIT 1'
    )
    if stranger := cursor.fetchone():
        raise IntegrityError(f"Customer {stranger[0]} is not on record.")


@dataclass(frozen=True)
class _Laid:
    """One column of scores, with the names and contents of its columns in the temporary table."""

    name: str
    provenance: str
    kinds: dict[str, str]  # our column → type
    parts: dict[str, Sequence[Any] | Array]  # our column → its contents; what nobody has is left out

    @classmethod
    def out(cls, number: int, column: Column) -> _Laid:
        kinds: dict[str, str] = {}
        parts: dict[str, Sequence[Any] | Array] = {}
        for of, numbers in (("value", column.values), ("low", column.low), ("high", column.high)):
            if numbers is not None and not np.isnan(numbers).all():
                kinds[f"{of}_{number}"], parts[f"{of}_{number}"] = "double precision", np.asarray(numbers, np.float64)
        if f"value_{number}" not in parts and column.texts is None:
            return cls(column.name, "", {}, {})
        one_for_all = isinstance(column.provenance, str)
        words = {"text": column.texts, "provenance": None if one_for_all else column.provenance}
        for of, texts in words.items():
            if texts is not None:
                kinds[f"{of}_{number}"], parts[f"{of}_{number}"] = "varchar(40)", texts
        return cls(column.name, str(column.provenance) if one_for_all else "", kinds, parts)

    def declared(self) -> list[str]:
        return [f"{name} {kind}" for name, kind in self.kinds.items()]

    def insert(self, run_id: int) -> tuple[str, list[Any]]:
        """Unfold this column; what it does not have is a constant."""
        held = {name.rsplit("_", 1)[0]: name for name in self.kinds}
        picked, known = [], []
        values: list[Any] = [run_id, self.name]
        for of, otherwise in (("value", "NULL"), ("text", "''"), ("low", "NULL"), ("high", "NULL")):
            picked.append(held.get(of, otherwise))
        if "provenance" in held:
            picked.append(held["provenance"])
        else:
            picked.append("%s")
            values.append(self.provenance)
        if "value" in held:
            known.append(f"{held['value']} IS NOT NULL")
        if "text" in held:
            known.append(f"{held['text']} <> ''")
        sql = (
            f'{_insert()} INTO "{Score._meta.db_table}" '  # noqa: S608 -- our own names
            "(run_id, customer_id, name, value, text, low, high, provenance) "
            f"SELECT %s, customer_id, %s, {', '.join(picked)} FROM {STAGING} "
            f"WHERE ({' OR '.join(known)}) AND customer_id BETWEEN %s AND %s ORDER BY customer_id"
        )
        return sql, values


def _insert() -> str:
    return "INSERT OR FAIL" if _lite() else "INSERT"


def _plain(some: Sequence[Any] | Array, *, whole: bool = False) -> Sequence[Any]:
    """Plain floats, None for NaN, which SQLite's driver makes of it by itself, and of floats the integers that a column
    is of; words as they are.
    """
    if not isinstance(some, np.ndarray):
        return some
    unknown = np.isnan(some)
    if _lite() or not (whole or unknown.any()):
        plain: list[float | None] = some.tolist()
        return plain
    plain = (np.where(unknown, 0, some).astype(np.int64) if whole else some).tolist()
    for at in np.flatnonzero(unknown).tolist():
        plain[at] = None
    return plain
