"""Where what is on record of a customer came from: the file that brought them, those that changed them, who named them
by hand, and the file of each purchase. One query for a page, however much came.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from dangol.contact.intake.models import Changed, Wrote
from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import Correction, Customer
from dangol.records.ledger.models import Transaction
from dangol.web.customers.happened import Entry, History

CUSTOMERS, SALES = Customer._meta.db_table, Transaction._meta.db_table
MADE, CHANGED, BY_HAND = "made", "changed", "by hand"
EVERY = 10
MOST = 5  # imports that changed somebody, the latest


@dataclass(frozen=True)
class Origin:
    """One import: its number, what the file was called, when it came."""

    number: int
    file: str
    at: datetime


@dataclass(frozen=True)
class WhereFrom:
    """What made the customer, what changed them since (the latest first), and what brought each purchase, by key.

    named_at: when a file, or somebody by hand, gave a name to a customer who had none.
    """

    made: Origin | None = None
    changed: tuple[Origin, ...] = ()
    sales: Mapping[int, Origin] = field(default_factory=dict)
    named_at: datetime | None = None


def where_from(customer: Customer, sales: Collection[int] = ()) -> WhereFrom:
    """Which imports the customer and these purchases came from: one query."""
    found = WhereFrom()
    of_sales: dict[int, Origin] = {}
    keys = [*sales]
    keys += keys[-1:] * (-len(keys) % EVERY)  # of a few lengths alone: for each the SQL is made once
    rows = sorted(_told_of(customer.pk, *keys), key=lambda row: (row[5], row[3]))
    for table, first, last, number, file, at, how, name in rows:
        origin = Origin(number, file, at)
        if table == SALES:
            of_sales |= {key: origin for key in sales if first <= key <= last}
        elif how == MADE:
            found = replace(found, made=origin)
        elif how == CHANGED:
            found = replace(found, changed=(origin, *found.changed))
        if name == "" and how != MADE:
            found = replace(found, named_at=at)
    return replace(found, changed=found.changed[:MOST], sales=of_sales)


@asked_again
def _told_of(customer: Any, *sales: Any) -> QuerySet[Any, Any]:
    own = Q(table=CUSTOMERS, first_key__lte=customer, last_key__gte=customer)
    for key in sales:
        own |= Q(table=SALES, first_key__lte=key, last_key__gte=key)
    batch = ("batch_id", "batch__file_name", "batch__started_at")
    made = Wrote.objects.filter(own).values_list(
        "table", "first_key", "last_key", *batch, Value(MADE, CharField()), Value("", TextField())
    )
    was = Cast(KeyTextTransform("full_name", "was"), TextField())
    changed = Changed.objects.filter(table=CUSTOMERS, key=customer).values_list(
        "table", "key", "key", *batch, Value(CHANGED, CharField()), was
    )
    by_hand = Correction.objects.filter(customer=customer, was__has_key="full_name").values_list(
        Value(CUSTOMERS, CharField()), "customer_id", "customer_id", Value(0, BigIntegerField()),
        Value("", CharField()), "at", Value(BY_HAND, CharField()), was,
    )  # fmt: skip
    return made.union(changed, by_hand, all=True)


def sales_in(history: History) -> list[int]:
    """The keys of the purchases of a stretch of the history."""
    return [entry.sale for _month, entries in history.months for entry in entries if entry.sale is not None]


def with_origins(history: History, found: Mapping[int, Origin]) -> History:
    """The same stretch, each purchase with the file it came from."""
    months = [(month, [_with(entry, found) for entry in entries]) for month, entries in history.months]
    return replace(history, months=months)


def _with(entry: Entry, found: Mapping[int, Origin]) -> Entry:
    origin = found.get(entry.sale) if entry.sale is not None else None
    return replace(entry, file=origin.file or entry.file, batch=origin.number) if origin else entry
