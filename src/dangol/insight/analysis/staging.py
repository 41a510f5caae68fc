"""Scores come as columns and are kept as rows: the database unfolds one into the other.

A row per customer and score is what lists, segments and cards want; sending a million of them through the driver one
by one is slow. So one wide row per customer goes into a temporary table, and each score is unfolded from it by one
INSERT ... SELECT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from dangol.insight.analysis.models import Provenance, Score
from dangol.lib import bulk

type Array = npt.NDArray[np.float64]

STAGING = "scores_to_be"


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


def unfold(run_id: int, customer_ids: Sequence[int], columns: Sequence[Column]) -> int:
    """Write the rows of all columns; return how many. Call it inside a transaction."""
    laid = [_Laid.out(number, column) for number, column in enumerate(columns)]
    with connection.cursor() as cursor:
        declared = ", ".join(part for column in laid for part in column.declared())
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGING} (customer_id bigint PRIMARY KEY, {declared})")
        names = ["customer_id", *(name for column in laid for name in column.parts)]
        filled = (values for column in laid for values in column.parts.values())
        bulk.insert(connection, STAGING, names, zip(customer_ids, *filled, strict=True))
        written = 0
        for column in laid:
            sql, values = column.insert(run_id)
            cursor.execute(sql, values)
            written += cursor.rowcount
        cursor.execute(f"DROP TABLE {STAGING}")
    return written


@dataclass(frozen=True)
class _Laid:
    """One column of scores, with the names and contents of its columns in the temporary table."""

    name: str
    provenance: str
    kinds: dict[str, str]  # our column → type
    parts: dict[str, Iterable[Any]]  # our column → its contents

    @classmethod
    def out(cls, number: int, column: Column) -> _Laid:
        kinds: dict[str, str] = {}
        parts: dict[str, Iterable[Any]] = {}
        for of, numbers in (("value", column.values), ("low", column.low), ("high", column.high)):
            if numbers is not None:
                kinds[f"{of}_{number}"], parts[f"{of}_{number}"] = "double precision", _plain(numbers)
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
            f'INSERT INTO "{Score._meta.db_table}" (run_id, customer_id, name, value, text, low, high, provenance) '  # noqa: S608 -- our own names
            f"SELECT %s, customer_id, %s, {', '.join(picked)} FROM {STAGING} "
            f"WHERE {' OR '.join(known)} ORDER BY customer_id"
        )
        return sql, values


def _plain(numbers: Array) -> list[float | None]:
    """Plain floats, None for NaN."""
    plain: list[float | None] = np.asarray(numbers, dtype=np.float64).tolist()
    for at in np.flatnonzero(np.isnan(numbers)).tolist():
        plain[at] = None
    return plain
