"""People a list tells of for the first time, column by column: nobody else has any of their numbers.

Whoever may be somebody else is left to `arriving`, which looks at each. In a first import that is nearly nobody.
"""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.arriving import COLUMNS, FURTHER, held_by, owners_of
from dangol.records.customers.contact_points import write_first_points
from dangol.records.customers.forgetting import forgotten
from dangol.records.customers.identities import insert_identities, lake_keys
from dangol.records.customers.models import Customer
from dangol.records.customers.schemes import source_of

NUMBERS = ("external_id", "member_no", "mobile", "email")  # by which somebody may be known


def strangers_among(rows: pa.Table, *, source: str) -> pa.Array:
    """Of each row of a list, whether nobody can be meant by it but somebody who is met for the first time."""
    known = pa.array(_known(rows, source=source), pa.string())
    own = pc.fill_null(rows["external_id"], "")
    strange = pc.not_equal(own, "")
    often = _often([own, *(_beside(rows[name], own) for name in NUMBERS[1:])])
    for name in NUMBERS:
        strange = pc.and_(strange, pc.invert(pc.is_in(rows[name], pa.concat_arrays([known, often]))))
    return strange


def write_people(told: pa.Table, *, at: datetime) -> pa.Array:
    """Write down people as customers, whatever numbers they come under; their ids.

    told: `COLUMNS`, registered_at and attributes, complete.
    """
    first = bulk.reserve_ids(connection, Customer._meta.db_table, told.num_rows)
    ids = pa.array(np.arange(first, first + told.num_rows))
    columns = {name: told[name] for name in (*COLUMNS, "registered_at", "attributes")}
    rows = pa.table({"id": ids, **columns, "lake_key": lake_keys(told.num_rows)})
    bulk.insert_table(connection, Customer._meta.db_table, rows)
    record_range(Customer, first_key=first, last_key=first + told.num_rows - 1, at=at)
    return ids


def meet(rows: pa.Table, *, source: str, at: datetime) -> dict[tuple[str, str], int]:
    """Write down strangers with their own numbers and where they are reached; their ids by scheme and number."""
    ids = write_people(rows, at=at)
    keys = zip(rows["scheme"].to_pylist(), rows["external_id"].to_pylist(), strict=True)
    met = dict(zip(keys, ids.to_pylist(), strict=True))
    for scheme in pc.unique(rows["scheme"]).to_pylist():
        owners = {number: one for (of, number), one in met.items() if of == scheme}
        insert_identities(owners, source=source_of(scheme, source), scheme=scheme, at=at)
    write_first_points(ids, rows, at=at)
    return met


def _known(rows: pa.Table, *, source: str) -> set[str]:
    """The numbers that lead to somebody, or did before they were forgotten."""
    found = set[str]()
    for scheme in pc.unique(rows["scheme"]).to_pylist():
        numbers = _texts(rows.filter(pc.equal(rows["scheme"], scheme))["external_id"])
        found |= {number for (_scheme, number), _owner in owners_of(scheme, numbers, source=source)}
        found |= set(forgotten(numbers, source=source_of(scheme, source), scheme=scheme))
    for field, scheme, _sure in FURTHER:
        found |= set(held_by(scheme, _texts(rows[field]), source=source))
    return found


def _often(columns: list[Any]) -> pa.Array:
    """The texts that stand in more than one row, or twice in one."""
    counted = pc.value_counts(pa.chunked_array([chunk for column in columns for chunk in _chunks(column)], pa.string()))
    several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    return several.filter(pc.not_equal(several, ""))


def _beside(column: Any, own: Any) -> Any:
    """Further numbers; where one is the row's own number it is not told a second time."""
    return pc.if_else(pc.equal(column, own), "", column)


def _texts(column: Any) -> list[str]:
    return [text for text in pc.unique(column).to_pylist() if text]


def _chunks(column: Any) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]
