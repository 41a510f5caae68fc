"""Facts that a source tells by a number of its own: each is written once, and what becomes of it in rows beside it.

A source tells the same fact again and again, each time with what became of it so far. The fact stays as it was first
told; a step that was not told before is a new row. The same file again, old or new, so changes nothing.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, models
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.changes.actions import record_range


@dataclass(frozen=True)
class Told:
    """The rows by their ref: the key of each, and which of them are new."""

    ids: Mapping[str, int]
    new: frozenset[str]

    def counted(self, refs: Sequence[str], changed: Collection[int]) -> Counted:
        """Rows of a file: those that told a fact first, those (`changed`) that told more of it, and all others."""
        firsts = {ref: place for place, ref in reversed(list(enumerate(refs))) if ref in self.new}
        updated = len(set(changed) - set(firsts.values()))
        return Counted(len(firsts), updated, len(refs) - len(firsts) - updated)


@dataclass(frozen=True)
class Step:
    """What became of a fact, as a row of the file tells it (`place`).

    `keys`: it was told before if any of them is known of its `owner`; `values`: what stands in the row.
    """

    place: int
    owner: int
    keys: tuple[Hashable, ...]
    values: tuple[Any, ...]


@atomic
def append_by_ref(table: type[models.Model], rows: pa.Table, *, source: str, at: datetime) -> Told:
    """Append facts whose ref `source` has not told before; of a ref that comes twice the first row counts.

    rows: ref and every column without a default but the id and the source, as arrow has them.
    """
    name = table._meta.db_table
    bulk.lock(connection, f"{name}:{source}")
    refs = rows["ref"].to_pylist()
    known = bulk.ids_by(connection, name, "ref", list(dict.fromkeys(refs)), same={"source": source})
    places = {ref: place for place, ref in reversed(list(enumerate(refs))) if ref not in known}
    if not places:
        return Told(known, frozenset())
    chosen = sorted(places.values())
    first = bulk.reserve_ids(connection, name, len(chosen))
    new = rows.take(pa.array(chosen)).append_column("source", pa.repeat(source, len(chosen)))
    new = new.append_column("id", pa.array(np.arange(first, first + len(chosen))))
    bulk.insert_table(connection, name, new)
    record_range(table, first_key=first, last_key=first + len(chosen) - 1, at=at)
    fresh = {refs[place]: key for key, place in enumerate(chosen, first)}
    return Told(known | fresh, frozenset(fresh))


@atomic
def append_steps(
    table: type[models.Model],
    columns: Sequence[str],
    steps: Iterable[Step],
    known: Mapping[int, Collection[Hashable]],
    *,
    at: datetime,
) -> set[int]:
    """Append the steps none of whose keys is known of their owner; the places of the rows that told something new.

    columns: those of a step's values, names in the database. Call it under the lock of `append_by_ref`.
    """
    seen = {owner: set(keys) for owner, keys in known.items()}
    new = []
    for step in steps:
        mine = seen.setdefault(step.owner, set())
        if mine.isdisjoint(step.keys):
            mine |= set(step.keys)
            new.append(step)
    for part in batched(new, bulk.CHUNK):
        first = bulk.reserve_ids(connection, table._meta.db_table, len(part))
        rows = ((key, *map(_stored, step.values)) for key, step in enumerate(part, first))
        bulk.insert(connection, table._meta.db_table, ["id", *columns], rows)
        record_range(table, first_key=first, last_key=first + len(part) - 1, at=at)
    return {step.place for step in new}


def _stored(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
