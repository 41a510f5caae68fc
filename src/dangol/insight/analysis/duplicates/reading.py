"""Customers from the store as the engine takes them: who they say they are, where they live, how to reach them.

Set-based, a few questions whatever the number. Those who were forgotten, or who went into another by a merge, are
nobody; organisations are not people, and are not compared with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import Case, CharField, QuerySet, Value, When
from django.db.models.functions import Cast

from dangol.insight.analysis.duplicates.cleaning import TOLD
from dangol.records.customers.merged import roots_of
from dangol.records.customers.models import ContactPoint, Customer, Identity, NeverSame
from dangol.records.customers.schemes import Scheme
from dangol.records.staff.scope import Scope

type Ids = npt.NDArray[np.int64]

CHUNK = 50_000
# Column of TOLD → kind of contact point, scheme of identity. Their second is the newest but one.
REACHED = {"phone": (ContactPoint.Kind.MOBILE, Scheme.PHONE), "email": (ContactPoint.Kind.EMAIL, Scheme.EMAIL)}


def told(scope: Scope) -> pa.Table:
    """What the customers of this scope say of themselves, in the order of their numbers."""
    people = Customer.objects.known().seen_by(scope).filter(kind=Customer.Kind.PERSON).order_by("pk")
    columns = people.annotate(born=Cast("birth_date", CharField())).values_list(
        "pk", "full_name", "born", "gender", "place", "postcode", "address", "occupation"
    )
    names = ("id", "name", "birth", "gender", "place", "postcode", "address", "occupation")
    types = [pa.int64(), *[pa.string()] * (len(names) - 1)]
    rows = _table(columns, names, types)
    rows = rows.set_column(2, "birth", pc.fill_null(rows["birth"], ""))
    ids = rows["id"].to_numpy()
    for column, (kind, scheme) in REACHED.items():
        first, second = _newest_two(ids, kind, scheme)
        rows = rows.append_column(column, first).append_column(f"{column}2", second)
    return rows.select(TOLD.names).cast(TOLD)


def never_the_same() -> set[tuple[int, int]]:
    """Pairs that somebody said are two people, as they stand now: whoever went into another brings it along."""
    pairs = list(NeverSame.objects.filter(ended_at=None).values_list("left", "right"))
    roots = roots_of({one for pair in pairs for one in pair})
    stand = {(roots[left], roots[right]) for left, right in pairs}
    return {(min(pair), max(pair)) for pair in stand if pair[0] != pair[1]}


def _newest_two(ids: Ids, kind: str, scheme: str) -> tuple[pa.Array, pa.Array]:
    """Of each customer the number or address in use, and another: what reaches them, what they are known by, what did
    reach them; of each the newest first.
    """
    names, types = ("customer", "number", "use", "value"), [pa.int64(), pa.int64(), pa.int8(), pa.string()]
    points = ContactPoint.objects.filter(kind=kind).annotate(use=Case(When(valid_to=None, then=0), default=2))
    of_points = _table(points.values_list("customer", "pk", "use", "value"), names, types)
    keys = Identity.objects.filter(scheme=scheme).annotate(use=Value(1))
    of_keys = _table(keys.values_list("customer", "pk", "use", "external_id"), names, types)
    rows = pa.concat_tables([of_points, of_keys])
    owner, value = rows["customer"].to_numpy(), rows["value"].combine_chunks()
    # Numbers of rows are compared within one table alone: `use` keeps the two apart.
    order = np.lexsort((-rows["number"].to_numpy(), rows["use"].to_numpy(), owner))
    codes = value.dictionary_encode().indices.to_numpy(zero_copy_only=False)[order]
    owner = owner[order]
    # The same number may stand with a customer twice: as a way to reach them, and as what they are known by.
    _distinct, first_seen = np.unique(np.stack([owner, codes], axis=1), axis=0, return_index=True)
    kept = np.sort(first_seen)
    owner, order = owner[kept], order[kept]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    return _placed(ids, owner, order, value, rank == 0), _placed(ids, owner, order, value, rank == 1)


def _placed(ids: Ids, owner: Ids, order: Ids, value: pa.Array, chosen: npt.NDArray[np.bool_]) -> pa.Array:
    """The chosen values beside the customers whose they are; "" for those who have none."""
    owner, order = owner[chosen], order[chosen]
    place = np.searchsorted(owner, ids)
    place[place == len(owner)] = 0
    mine = owner[place] == ids if len(owner) else np.zeros(len(ids), np.bool_)
    which = pa.array(order[place] if len(owner) else np.zeros(len(ids), np.int64), pa.int64(), mask=~mine)
    return pc.fill_null(value.take(which), "")


def _table(rows: QuerySet[Any, Any], names: tuple[str, ...], types: list[pa.DataType]) -> pa.Table:
    """Rows of a query as Arrow, chunk by chunk."""
    schema = pa.schema(zip(names, types, strict=True))
    batches = []
    for chunk in _chunks(rows):
        columns = list(zip(*chunk, strict=True))
        batches.append(
            pa.record_batch([pa.array(cells, kind) for cells, kind in zip(columns, types, strict=True)], schema)
        )
    return pa.Table.from_batches(batches, schema)


def _chunks(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """As the driver hands them over: a million rows are not made into a million objects of Django's."""
    sql, words = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, words)
        while found := cursor.fetchmany(CHUNK):
            yield found
