"""Undoing a batch: the records become as if it had never come, except what others built on it since.

What a batch wrote stands in its notebook. Its rows go by key range, those that lead to others first; a row on which
something newer hangs stays, and goes with the batch that hung it there; a refusal stays in any case. Values it changed
become what they were where they still are what it wrote: where a later batch changed them again, that batch is told to
put back the older value. So batches may be undone in any order. Why rows of a ledger may go and why refusals
stay: docs/decisions/0009-undoing-an-import.md.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from graphlib import TopologicalSorter
from itertools import batched
from time import perf_counter
from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError, OperationalError, connection, models
from django.db.models import Q
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.contact.intake import rejects
from dangol.contact.intake.models import Batch, Changed, Undoing, Wrote
from dangol.contact.intake.notebook import joined, one_at_a_time, plain, tables
from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range
from dangol.records.customers.arriving import COLUMNS as DETAILS
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.models import ContactPoint, Correction, Customer, Identity
from dangol.records.customers.search_index import index, unindex
from dangol.records.permission.models import Consent
from dangol.records.staff.models import User

PART = 5_000
# What is worked out of the records goes with them and holds nothing back: by room, and the index of search by table.
WORKED_OUT, SEARCH = "dangol.insight.", "customers_search"
# Rows that are parts of another and go or stay with it: table → the column that leads to it.
PARTS = {"ledger_orderline": "transaction_id"}
RECEIPTS = "ledger_transaction"
REFUSALS = Consent._meta.db_table
# What goes with a file only where this holds. What was emptied because a person was forgotten stays, for the proof that
# it was done points to it. A refusal stays: the strictest answer counts, whoever brought it.
MAY_GO = {
    REFUSALS: "t.granted",
    "customers_customer": "t.erased_at IS NULL",
    "customers_identity": "NOT EXISTS (SELECT 1 FROM customers_customer c"
    " WHERE c.id = t.customer_id AND c.erased_at IS NOT NULL)",
}

log = logging.getLogger(__name__)

type Ranges = dict[str, list[tuple[int, int]]]


class CannotUndo(DangolError):
    """The batch cannot be taken back; nothing was changed."""


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


@dataclass(frozen=True)
class WouldGo:
    """What undoing a batch would take away, before anything is done: table → rows, and rows changed back.

    refusals: those the batch brought, which stay.
    """

    rows: dict[str, int]
    restored: int
    refusals: int
    repeated_later: bool  # a later file held rows that were there already: they would be missing


def why_not(batch: Batch) -> str:
    """Why the batch cannot be undone, in words; "" where it can."""
    if hasattr(batch, "undoing"):
        return _("This file was undone already. Take it in again if you need it.")
    if batch.finished_at is None or batch.problem:
        return _("Nothing of this file was taken in, so there is nothing to undo.")
    if not batch.wrote.exists() and not batch.changed.exists():
        if batch.created or batch.updated:
            return _("This file was taken in before Dangol kept what each file wrote. It cannot be undone.")
        return _("This file changed nothing, so there is nothing to undo.")
    return ""


def would_go(batch: Batch) -> WouldGo:
    """What undoing would take away at most: a row on which something newer hangs will stay."""
    found: dict[str, int] = {}
    for table, ranges in _ranges(batch.wrote.all()).items():
        found[table] = sum(_count(table, first, last) for first, last in ranges)
    refused = refusals(batch)
    if refused:
        found[REFUSALS] -= refused
    later = Batch.objects.filter(pk__gt=batch.pk, unchanged__gt=0, undoing=None).exclude(file_name="")
    rows = {table: rows for table, rows in found.items() if rows}
    return WouldGo(rows, batch.changed.count(), refused, later.exists())


def refusals(batch: Batch) -> int:
    """How many of the rows that are here of a batch are refusals; of an undone one those that stayed."""
    return sum(
        Consent.objects.filter(pk__gte=first, pk__lte=last, granted=False).count()
        for first, last in _ranges(batch.wrote.all()).get(REFUSALS, ())
    )


def undo(batch: Batch, *, by: User | None, at: datetime) -> Undoing:
    """Take a batch back: its rows, its changes and its refused rows; what was done stands as a row of its own.

    Raises CannotUndo for a batch that was undone already, wrote nothing, or was never taken in, while somebody else is
    writing for long, and where the database refuses, which is told in the server's log.
    """
    try:
        with atomic():
            done = _undo(batch, by=by, at=at)
    except OperationalError as error:
        if "lock" not in str(error):
            raise
        raise CannotUndo(
            _("Somebody is writing into the records at this moment. Nothing was undone; try again in a minute.")
        ) from error
    except IntegrityError as error:
        log.exception("Import %s could not be undone: a row of the records stands against it.", batch.pk)
        raise CannotUndo(
            _(
                "Something in the records hangs on rows of this file, and nothing was undone. If somebody wrote at this"
                " moment, it works in a minute; if not, the server's log says what it is."
            )
        ) from error
    rejects.file_of(batch).unlink(missing_ok=True)
    return done


def _undo(batch: Batch, *, by: User | None, at: datetime) -> Undoing:
    began = perf_counter()
    one_at_a_time()
    hold_everybody()
    locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if told := why_not(locked):
        raise CannotUndo(told)
    Batch.objects.filter(pk=batch.pk).update(partner_set=None)
    done = _undone(locked, at=at)
    locked.rejects.all().delete()
    done.batch, done.by, done.at, done.seconds = locked, by, at, perf_counter() - began
    done.save()
    return done


def _undone(batch: Batch, *, at: datetime) -> Undoing:
    mine = _ranges(batch.wrote.all())
    removed = _sweep(batch, mine, at=at)
    receipts = set(batch.changed.filter(table=RECEIPTS).values_list("key", flat=True))
    restored, overwritten, people = _restore(batch, at=at)
    batch.changed.all().delete()
    _leave(batch, mine)
    _blank_those_who_stay(batch, at=at)
    receipts |= {
        key for low, high in _ranges(batch.wrote.all()).get(RECEIPTS, ()) for key in _keys(RECEIPTS, low, high)
    }
    _sum_up(receipts, at=at)
    for table, rows in _sweep_what_is_free_now(batch, at=at).items():
        removed[table] = removed.get(table, 0) + rows
    index(key for part in batched(sorted(people), PART) for key in Customer.objects.in_bulk(part))
    stayed = {table: _left_over(batch, table) for table in mine}
    return Undoing(
        removed={table: rows for table, rows in removed.items() if rows}, restored=restored, overwritten=overwritten,
        stayed={table: rows for table, rows in stayed.items() if rows}, refusals=refusals(batch),
    )  # fmt: skip


# -- Rows the batch made -----------------------------------------------------------------------------------------------


def _sweep(batch: Batch, ranges: Ranges, *, at: datetime, tell: bool = True) -> dict[str, int]:
    """Take away the rows of these ranges on which nothing else hangs; how many went of each table."""
    gone: dict[str, int] = {}
    for table in _leading_first(ranges):
        model = tables()[table]
        gone[table] = sum(_take_away(batch, model, first, last) for first, last in ranges[table])
        if tell or gone[table]:
            for first, last in ranges[table]:
                record_range(model, first_key=first, last_key=last, at=at)
    return gone


def _sweep_what_is_free_now(batch: Batch, *, at: datetime) -> dict[str, int]:
    """Take away what stayed of batches undone before, as far as only this batch held it; how many of its own went."""
    own: dict[str, int] = {}
    undone = Q(undoing__isnull=False) | Q(pk=batch.pk)
    waiting = [one for one in Batch.objects.filter(undone).order_by("pk") if one.wrote.exists()]
    went = True
    while went:
        went = False
        for one in waiting:
            left = _ranges(one.wrote.all())
            gone = _sweep(one, left, at=at, tell=False)
            if any(gone.values()):
                went = True
                _leave(one, left)
            if one.pk == batch.pk:
                own |= {table: own.get(table, 0) + rows for table, rows in gone.items()}
    return own


def _take_away(batch: Batch, model: type[models.Model], first: int, last: int) -> int:
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
    made = _ranges(batch.wrote.all()).get(Customer._meta.db_table)
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


def _leave(batch: Batch, ranges: Ranges) -> None:
    """Of what the batch wrote, keep only the rows that had to stay."""
    left = [
        Wrote(batch=batch, table=table, first_key=first, last_key=last)
        for table, found in ranges.items()
        for first, last in bulk.runs(key for low, high in found for key in _keys(table, low, high))
    ]
    batch.wrote.all().delete()
    Wrote.objects.bulk_create(left, batch_size=1000)


def _left_over(batch: Batch, table: str) -> int:
    return sum(one.last_key - one.first_key + 1 for one in batch.wrote.filter(table=table))


def _keys(table: str, first: int, last: int) -> list[int]:
    rows = tables()[table]._default_manager.filter(pk__gte=first, pk__lte=last)
    return list(rows.values_list("pk", flat=True))


def _count(table: str, first: int, last: int) -> int:
    return tables()[table]._default_manager.filter(pk__gte=first, pk__lte=last).count()


def _ranges(wrote: Iterable[Wrote]) -> Ranges:
    found: Ranges = {}
    for one in wrote:
        found.setdefault(one.table, []).append((one.first_key, one.last_key))
    return {table: joined(ranges) for table, ranges in found.items() if table in tables()}


# -- Rows the batch changed --------------------------------------------------------------------------------------------


def _restore(batch: Batch, *, at: datetime) -> tuple[int, int, set[int]]:
    """Put back what was there where it is still what the batch wrote: rows put back, rows left, whose they are."""
    restored, overwritten, people = 0, 0, set[int]()
    for table in sorted(set(batch.changed.exclude(table=RECEIPTS).values_list("table", flat=True))):
        model = tables()[table]
        for part in batched(batch.changed.filter(table=table).order_by("-pk").iterator(PART), PART):
            back, left = _put_back(model, part, at=at)
            restored, overwritten = restored + back, overwritten + left
            people |= {one.customer_id for one in part if one.customer_id is not None}
    return restored, overwritten, people


def _put_back(model: type[models.Model], part: Iterable[Changed], *, at: datetime) -> tuple[int, int]:
    listed = list(part)
    rows = model._default_manager.in_bulk([one.key for one in listed])
    later = _later(listed)
    touched: dict[int, Any] = {}
    kept: set[int] = set()
    told: list[Changed] = []
    for one in listed:
        row = rows.get(one.key)
        for name, was in one.was.items() if row is not None else ():
            after = next((found for found in later.get(one.key, ()) if found.pk > one.pk and name in found.was), None)
            if after is not None:
                after.was[name] = was
                told.append(after)
            elif plain(value_of(row, name)) == one.became[name]:
                put(row, name, was)
                touched[one.key] = row
            else:
                kept.add(one.key)
    Changed.objects.bulk_update({one.pk: one for one in told}.values(), ["was"], batch_size=500)
    if model is ContactPoint:
        _give_way_to_newer(touched)
    _save(model, touched, {name.partition(".")[0] for one in listed for name in one.was}, at=at)
    return len(touched), len(kept - touched.keys())


def _later(listed: list[Changed]) -> dict[int, list[Changed]]:
    """What other batches wrote of the same rows, in order; what this one wrote twice is put back step by step."""
    found: dict[int, list[Changed]] = {}
    keys = [one.key for one in listed]
    others = Changed.objects.filter(table=listed[0].table, key__in=keys).exclude(batch=listed[0].batch_id)
    for one in others.order_by("pk"):
        found.setdefault(one.key, []).append(one)
    return found


def value_of(row: Any, name: str) -> Any:
    """A field of a row, or one of its details."""
    field, _dot, key = name.partition(".")
    return getattr(row, field).get(key) if key else getattr(row, field)


def put(row: Any, name: str, value: Any) -> None:
    """Set a field of a row, or one of its details, to a value as it was kept."""
    field, _dot, key = name.partition(".")
    if not key:
        setattr(row, field, row._meta.get_field(field).to_python(value))
    elif value is None:
        getattr(row, field).pop(key, None)
    else:
        getattr(row, field)[key] = value


def _save(model: type[models.Model], rows: Mapping[int, Any], columns: Collection[str], *, at: datetime) -> None:
    names = [field.name for field in model._meta.concrete_fields if field.attname in columns]
    model._default_manager.bulk_update(rows.values(), names, batch_size=500)
    for first, last in bulk.runs(rows):
        record_range(model, first_key=first, last_key=last, at=at)


def _give_way_to_newer(reopened: dict[int, Any]) -> None:
    """A number that would be valid again beside a newer one ends where that begins; its batch will open it again."""
    people = {row.customer_id for row in reopened.values()}
    standing: dict[tuple[int, str], ContactPoint] = {}
    for part in batched(people, PART):
        for point in ContactPoint.objects.filter(customer__in=part, valid_to=None).order_by("pk"):
            standing[(point.customer_id, point.kind)] = point
    handed = []
    for row in sorted(reopened.values(), key=lambda row: -int(row.pk)):
        if row.valid_to is not None:
            continue
        newer = standing.get((row.customer_id, row.kind))
        if newer is None:
            standing[(row.customer_id, row.kind)] = row
            continue
        row.valid_to = max(newer.valid_from, row.valid_from)
        owner = _batch_of(newer)
        if owner is not None:
            handed.append(
                Changed(
                    batch_id=owner, table=row._meta.db_table, key=row.pk, customer_id=row.customer_id,
                    was={"valid_to": None}, became={"valid_to": plain(row.valid_to)},
                )
            )  # fmt: skip
    Changed.objects.bulk_create(handed, batch_size=500)


def _batch_of(row: models.Model) -> int | None:
    """The batch that made a row and was not undone."""
    made = Wrote.objects.filter(table=row._meta.db_table, first_key__lte=row.pk, last_key__gte=row.pk)
    return made.filter(batch__undoing=None).values_list("batch_id", flat=True).first()


def _sum_up(receipts: Iterable[int], *, at: datetime) -> None:
    """Receipts whose lines came in several files are what is left of them: the sum, and the time of the earliest."""
    lines = "FROM ledger_orderline x WHERE x.transaction_id = ledger_transaction.id"
    for first, last in bulk.runs(receipts):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE ledger_transaction SET amount = (SELECT sum(x.amount) {lines}),"  # noqa: S608 -- our own names
                f" at = (SELECT min(x.at) {lines}) WHERE id BETWEEN {first} AND {last}"
                f" AND EXISTS (SELECT 1 {lines})"
            )
        record_range(tables()[RECEIPTS], first_key=first, last_key=last, at=at)


# -- Customers who stay ------------------------------------------------------------------------------------------------


def _blank_those_who_stay(batch: Batch, *, at: datetime) -> None:
    """A customer the batch made and on whom something newer hangs keeps only what others told since."""
    for first, last in _ranges(batch.wrote.all()).get(Customer._meta.db_table, ()):
        staying = Customer.objects.known().filter(pk__gte=first, pk__lte=last)
        for part in batched(staying.order_by("pk").iterator(PART), PART):
            _blank(part, at=at)


def _blank(part: Iterable[Customer], *, at: datetime) -> None:
    rows = {row.pk: row for row in part}
    later: dict[tuple[int, str], Changed] = {}
    for one in Changed.objects.filter(table=Customer._meta.db_table, key__in=rows).order_by("-pk"):
        later |= {(one.key, name): one for name in one.was}
    by_hand = {
        (key, name)
        for key, became in Correction.objects.filter(customer__in=rows).values_list("customer_id", "became")
        for name in became
    }
    told = set()
    for row in rows.values():
        for name in [*DETAILS, *(f"attributes.{key}" for key in row.attributes)]:
            if (after := later.get((row.pk, name))) is not None:
                after.was[name] = _nothing(name)
                told.add(after)
            elif (row.pk, name.removesuffix("_id")) not in by_hand:
                put(row, name, _nothing(name))
    Changed.objects.bulk_update(told, ["was"], batch_size=500)
    _save(Customer, rows, {*DETAILS, "attributes"}, at=at)
    index(rows)


def _nothing(name: str) -> str | None:
    """What stands in a field of a customer of whom nothing is known."""
    if name.startswith("attributes."):
        return None
    return None if Customer._meta.get_field(name).null else ""


def stayed(batch: Batch) -> Iterator[int]:
    """The customers an undone batch brought who are still here, because something newer hangs on them."""
    for first, last in _ranges(batch.wrote.all()).get(Customer._meta.db_table, ()):
        yield from _keys(Customer._meta.db_table, first, last)
