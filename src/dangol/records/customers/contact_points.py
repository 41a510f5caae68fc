"""Where people are reached: a new value of a kind ends the validity of the one before."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import DateTimeField, Exists, F, OuterRef, Value
from django.db.models.functions import Greatest

from dangol.lib import bulk
from dangol.records.changes.actions import record_range, record_row
from dangol.records.changes.notebook import Former, keep_former
from dangol.records.customers.models import ContactPoint, Customer

MOBILE = str(ContactPoint.Kind.MOBILE)
NO_DIGITS = re.compile(r"\D")
KINDS = {
    "mobile": str(ContactPoint.Kind.MOBILE), "email": str(ContactPoint.Kind.EMAIL),
    "address": str(ContactPoint.Kind.ADDRESS),
}  # fmt: skip


def take_contact_points(people: Mapping[int, Mapping[str, Any]], *, at: datetime, fresh: bool = False) -> set[int]:
    """Write down numbers and addresses by customer id; the customers for whom one was new.

    A row may have mobile (E.164), email, address and registered_at, from which the value counts. fresh: nothing of
    these customers was written down before.
    """
    points = [
        (customer, kind, value[:254], tail_of(kind, value), row.get("registered_at") or at)
        for key, kind in KINDS.items()
        for customer, row in people.items()
        if (value := row.get(key))
    ]
    if not points:
        return set()
    first = bulk.reserve_ids(connection, ContactPoint._meta.db_table, len(points))
    names = ("customer_id", "kind", "value", "tail", "valid_from")
    types = (pa.int64(), pa.string(), pa.string(), pa.string(), bulk.UTC_TIME)
    columns = [pa.array(column, type_) for column, type_ in zip(zip(*points, strict=True), types, strict=True)]
    rows = pa.table([pa.array(np.arange(first, first + len(points))), *columns], ["id", *names])
    if not bulk.insert_table(connection, ContactPoint._meta.db_table, rows, skip_known=not fresh):
        return set()
    record_range(ContactPoint, first_key=first, last_key=first + len(points) - 1, at=at)
    if fresh:
        return {point[0] for point in points}
    _end_former(first, at=at)
    return set(ContactPoint.objects.filter(pk__gte=first).values_list("customer_id", flat=True))


def write_first_points(customers: pa.Array, told: pa.Table, *, at: datetime) -> None:
    """The same, column by column, for customers of whom nothing was written down before; registered_at is complete."""
    rows = pa.concat_tables(_first_of_kind(key, kind, customers, told) for key, kind in KINDS.items())
    if not rows.num_rows:
        return
    first = bulk.reserve_ids(connection, ContactPoint._meta.db_table, rows.num_rows)
    rows = rows.append_column("id", pa.array(np.arange(first, first + rows.num_rows)))
    bulk.insert_table(connection, ContactPoint._meta.db_table, rows)
    record_range(ContactPoint, first_key=first, last_key=first + rows.num_rows - 1, at=at)


def _first_of_kind(key: str, kind: str, customers: pa.Array, told: pa.Table) -> pa.Table:
    values = pc.utf8_slice_codeunits(told[key], 0, 254)
    rows = pa.table({"customer_id": customers, "value": values, "valid_from": told["registered_at"]})
    rows = rows.filter(pc.not_equal(values, ""))
    tails = [tail_of(kind, value) for value in rows["value"].to_pylist()] if kind == MOBILE else [""] * rows.num_rows
    return rows.append_column("kind", pa.repeat(kind, rows.num_rows)).append_column(
        "tail", pa.array(tails, pa.string())
    )


def keep_current(customer: Customer, kind: str, value: str, *, at: datetime) -> None:
    """Make this the one point of its kind that is valid; with "" there is none any more.

    A number the customer had before is valid again, from when it first was.
    """
    mine = ContactPoint.objects.filter(customer=customer, kind=kind)
    for former in mine.filter(valid_to=None).exclude(value=value):
        former.valid_to = max(at, former.valid_from)
        former.save(update_fields=["valid_to"])
        record_row(former, at=at)
    if not value:
        return
    point, made = mine.get_or_create(
        value=value[:254], defaults={"customer": customer, "kind": kind, "tail": tail_of(kind, value), "valid_from": at}
    )
    if not made and point.valid_to is not None:
        point.valid_to = None
        point.save(update_fields=["valid_to"])
    record_row(point, at=at)


def tail_of(kind: str, value: str) -> str:
    """The last four digits of a phone number, by which people are found; "" for other kinds."""
    return NO_DIGITS.sub("", value)[-4:] if kind == MOBILE else ""


def _end_former(first: int, *, at: datetime) -> None:
    newer = ContactPoint.objects.filter(pk__gte=first, customer=OuterRef("customer"), kind=OuterRef("kind"))
    # Looked up from the new ones: what everybody else has is not gone through.
    whose = ContactPoint.objects.filter(pk__gte=first).values("customer")
    former = ContactPoint.objects.filter(Exists(newer), customer__in=whose, pk__lt=first, valid_to=None)
    ending = list(former.values_list("pk", "customer_id", "valid_from"))
    for low, high in bulk.runs(key for key, _customer, _begun in ending):
        record_range(ContactPoint, first_key=low, last_key=high, at=at)
    # A point that began later than `at` (a clock set back) ends as it begins.
    keep_former(
        ContactPoint,
        (Former(key, {"valid_to": None}, {"valid_to": max(at, begun)}, customer) for key, customer, begun in ending),
    )
    ended = Greatest(Value(at, output_field=DateTimeField()), F("valid_from"))
    former.update(valid_to=ended)
