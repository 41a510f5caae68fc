"""The rows a batch made go, those that lead to others first; a row on which something newer hangs stays.

What holds a row is any other that leads to it, whatever room it is of, except what was worked out of the records: that
goes along. What had to stay is kept in the batch's notebook, and goes with the batch that hangs something on it.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from dangol.contact.intake.models import Batch, Wrote
from dangol.contact.intake.notebook import joined, tables
from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.search_index import unindex
from dangol.records.permission.models import Consent

# What is worked out of the records goes with them and holds nothing back: by room, and the index of search by table.
WORKED_OUT, SEARCH = "dangol.insight.", "customers_search"
# Rows that are parts of another and go or stay with it: table → the column that leads to it.
PARTS = {"ledger_orderline": "transaction_id"}
REFUSALS = Consent._meta.db_table
# What goes with a file only where this holds. What was emptied because a person was forgotten stays, for the proof that
# it was done points to it. A refusal stays: the strictest answer counts, whoever brought it.
MAY_GO = {
    REFUSALS: "t.granted",
    "customers_customer": "t.erased_at IS NULL",
    "customers_identity": "NOT EXISTS (SELECT 1 FROM customers_customer c"
    " WHERE c.id = t.customer_id AND c.erased_at IS NOT NULL)",
}

type Ranges = dict[str, list[tuple[int, int]]]


class Reference(NamedTuple):
    """A column of another table that leads to a row."""

    model: type[models.Model]
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def worked_out(self) -> bool:
        return self.model.__module__.startswith(WORKED_OUT) or self.table.startswith(SEARCH)


def take_away(batch: Batch, ranges: Ranges, *, at: datetime, tell: bool = True) -> dict[str, int]:
    """Take away the rows of these ranges on which nothing else hangs; how many went of each table."""
    gone: dict[str, int] = {}
    for table in _leading_first(ranges):
        model = tables()[table]
        gone[table] = sum(_delete_free(batch, model, first, last) for first, last in ranges[table])
        if tell or gone[table]:
            for first, last in ranges[table]:
                record_range(model, first_key=first, last_key=last, at=at)
    return gone


def take_what_is_free_now(batch: Batch, *, at: datetime) -> dict[str, int]:
    """Take away what stayed of batches undone before, as far as only this batch held it; how many of its own went."""
    own: dict[str, int] = {}
    undone = Q(undoing__isnull=False) | Q(pk=batch.pk)
    waiting = [one for one in Batch.objects.filter(undone).order_by("pk") if one.wrote.exists()]
    went = True
    while went:
        went = False
        for one in waiting:
            left = ranges_of(one)
            gone = take_away(one, left, at=at, tell=False)
            if any(gone.values()):
                went = True
                keep_the_rest(one, left)
            if one.pk == batch.pk:
                own |= {table: own.get(table, 0) + rows for table, rows in gone.items()}
    return own


def _delete_free(batch: Batch, model: type[models.Model], first: int, last: int) -> int:
    """Delete the rows from `first` to `last` that nothing holds, with what was worked out of them."""
    table = model._meta.db_table
    free = f"t.id BETWEEN {first} AND {last} AND {_nothing_hangs_on(model, first, last)}"
    if model is Identity:
        free += f" AND {_not_all_that_names(batch)}"
    chosen = f'SELECT t.id FROM "{table}" t WHERE {free}'  # noqa: S608 -- our own names and numbers
    derived = [one for one in _references(model) if one.worked_out]
    with connection.cursor() as cursor:
        if model is Customer:
            cursor.execute(chosen)
            unindex([row[0] for row in cursor.fetchall()])
        for one in derived:
            cursor.execute(f'DELETE FROM "{one.table}" WHERE "{one.column}" IN ({chosen})')  # noqa: S608
        cursor.execute(f'DELETE FROM "{table}" WHERE id IN ({chosen})')  # noqa: S608
        return int(cursor.rowcount)


def _nothing_hangs_on(model: type[models.Model], first: int, last: int) -> str:
    """SQL over the row's alias `t`: that no row of another table leads to it, or to the whole it is a part of."""
    table = model._meta.db_table
    holds = [f"t.id NOT IN ({_held(one, first, last)})" for one in _references(model) if not one.worked_out]
    if table in PARTS:
        whole = model._meta.get_field(PARTS[table].removesuffix("_id")).related_model
        others = [one for one in _references(whole) if one.model is not model]
        holds += [f't."{PARTS[table]}" NOT IN ({_held(one)})' for one in others]
    return " AND ".join([*holds, MAY_GO.get(table, "1 = 1")])


def _not_all_that_names(batch: Batch) -> str:
    """SQL over an identity: that its customer was here before the batch, or goes with it.

    A customer the batch made who stays keeps the number they came by: a later file would have made them under it.
    """
    made = ranges_of(batch).get(Customer._meta.db_table)
    if not made:
        return "1 = 1"
    others = [one for one in _references(Customer) if not one.worked_out and one.model is not Identity]
    held = (_held(one, first, last) for one in others for first, last in made)
    return f"t.customer_id NOT IN ({' UNION '.join(held)})"


def _held(one: Reference, first: int | None = None, last: int | None = None) -> str:
    """SQL for the keys that rows of another table lead to: asked for once, not row by row."""
    within = f"BETWEEN {first} AND {last}" if first is not None else "IS NOT NULL"
    return f'SELECT x."{one.column}" FROM "{one.table}" x WHERE x."{one.column}" {within}'  # noqa: S608 -- our own names


@cache
def _references(model: Any) -> list[Reference]:
    """Columns of all tables that lead to rows of this one."""
    return [
        Reference(other, str(field.column))
        for other in apps.get_models(include_auto_created=True)
        for field in other._meta.local_fields
        if field.is_relation and field.related_model is model and other._meta.managed
    ]


def _leading_first(found: Iterable[str]) -> list[str]:
    """Tables in an order in which each comes before those its rows lead to."""
    known = tables()
    order: TopologicalSorter[str] = TopologicalSorter()
    for table in found:
        order.add(table)
        for one in _references(known[table]):
            if one.table in found and one.table != table:
                order.add(table, one.table)
    return list(order.static_order())


def keep_the_rest(batch: Batch, ranges: Ranges) -> None:
    """Of what the batch wrote, keep only the rows that had to stay."""
    left = [
        Wrote(batch=batch, table=table, first_key=first, last_key=last)
        for table, found in ranges.items()
        for first, last in bulk.runs(key for low, high in found for key in keys_here(table, low, high))
    ]
    batch.wrote.all().delete()
    Wrote.objects.bulk_create(left, batch_size=1000)


def left_over(batch: Batch, table: str) -> int:
    """How many rows of a table the batch's notebook holds."""
    return sum(one.last_key - one.first_key + 1 for one in batch.wrote.filter(table=table))


def keys_here(table: str, first: int, last: int) -> list[int]:
    """The keys of a range of which a row is here."""
    rows = tables()[table]._default_manager.filter(pk__gte=first, pk__lte=last)
    return list(rows.values_list("pk", flat=True))


def rows_here(table: str, first: int, last: int) -> int:
    """How many rows of a range are here."""
    return tables()[table]._default_manager.filter(pk__gte=first, pk__lte=last).count()


def ranges_of(batch: Batch) -> Ranges:
    """What the batch's notebook holds: the ranges of keys by table, those that meet as one."""
    found: Ranges = {}
    for one in batch.wrote.all():
        found.setdefault(one.table, []).append((one.first_key, one.last_key))
    return {table: joined(ranges) for table, ranges in found.items() if table in tables()}
