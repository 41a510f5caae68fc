"""Values a batch changed become what they were, where they still are what it wrote.

Where a later batch changed them again, that batch is told to put back the older value. A customer the batch made who
stays keeps only what others told since.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, models

from dangol.contact.intake.models import Batch, Changed, Wrote
from dangol.contact.intake.notebook import plain, tables
from dangol.contact.intake.taking_away import ranges_of
from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.arriving import COLUMNS as DETAILS
from dangol.records.customers.models import ContactPoint, Correction, Customer
from dangol.records.customers.search_index import index

PART = 5_000
RECEIPTS = "ledger_transaction"


def put_back(batch: Batch, *, at: datetime) -> tuple[int, int, set[int]]:
    """Put back what was there where it is still what the batch wrote: rows put back, rows left, whose they are."""
    restored, overwritten, people = 0, 0, set[int]()
    for table in sorted(set(batch.changed.exclude(table=RECEIPTS).values_list("table", flat=True))):
        model = tables()[table]
        for part in batched(batch.changed.filter(table=table).order_by("-pk").iterator(PART), PART):
            back, left = _put_part_back(model, part, at=at)
            restored, overwritten = restored + back, overwritten + left
            people |= {one.customer_id for one in part if one.customer_id is not None}
    return restored, overwritten, people


def _put_part_back(model: type[models.Model], part: Iterable[Changed], *, at: datetime) -> tuple[int, int]:
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
    _save_fields(model, touched, {name.partition(".")[0] for one in listed for name in one.was}, at=at)
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


def _save_fields(model: type[models.Model], rows: Mapping[int, Any], columns: Collection[str], *, at: datetime) -> None:
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


def sum_up(receipts: Iterable[int], *, at: datetime) -> None:
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


def blank_those_who_stay(batch: Batch, *, at: datetime) -> None:
    """A customer the batch made and on whom something newer hangs keeps only what others told since."""
    for first, last in ranges_of(batch).get(Customer._meta.db_table, ()):
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
    _save_fields(Customer, rows, {*DETAILS, "attributes"}, at=at)
    index(rows)


def _nothing(name: str) -> str | None:
    """What stands in a field of a customer of whom nothing is known."""
    if name.startswith("attributes."):
        return None
    return None if Customer._meta.get_field(name).null else ""
