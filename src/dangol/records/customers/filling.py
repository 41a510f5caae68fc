"""How far each item is filled, and for how many people: counted set by set, kept until it is counted again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.transaction import atomic

from dangol.lib.progress import Progress, silent
from dangol.records.customers.fields import ATTRIBUTE, FIELDS, PARTNER, Field
from dangol.records.customers.models import Customer, FieldCount


def count_fields(*, at: datetime, progress: Progress = silent) -> int:
    """Count every item anew; how many there are. At most two questions a table, however many rows it has."""
    everybody = Customer.objects.known().count()
    tables = _by_table(FIELDS.values())
    counted: list[FieldCount] = []
    for done, (model, items) in enumerate(tables.items()):
        progress("counting", done, len(tables) + 1)
        rows = _rows(model, items)
        people = rows if model is Customer else _people(items)
        counted += [
            FieldCount(
                name=item.name, filled=rows[f"filled_{item.name}"], rows=rows[f"rows_{item.name}"],
                people=people[f"filled_{item.name}"], everybody=everybody, at=at,
            )
            for item in items
        ]  # fmt: skip
    progress("counting", len(tables), len(tables) + 1)
    counted += [
        FieldCount(name=f"{ATTRIBUTE}{key}", filled=n, rows=everybody, people=n, everybody=everybody, at=at)
        for key, n in attribute_counts().items()
    ]
    counted += [
        FieldCount(name=f"{PARTNER}{key}", filled=n, rows=everybody, people=n, everybody=everybody, at=at)
        for key, n in partner_counts().items()
    ]
    _keep(counted)
    progress("counting", len(tables) + 1, len(tables) + 1)
    return len(counted)


def attribute_counts() -> dict[str, int]:
    """How many known customers have each further detail, by its key."""
    each = "jsonb_each_text(attributes)" if connection.vendor == "postgresql" else "json_each(attributes)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, count(*) FROM customers_customer, {each}"  # noqa: S608 -- our own words
            " WHERE erased_at IS NULL AND merged_into_id IS NULL AND value IS NOT NULL AND value <> ''"
            " GROUP BY key ORDER BY key"
        )
        return {str(key): int(n) for key, n in cursor.fetchall()}


def partner_counts() -> dict[str, int]:
    """How many customers have each detail of a partner's data set, by the set's number and the heading."""
    each = "jsonb_each_text(told)" if connection.vendor == "postgresql" else "json_each(told)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT partner_set_id, key, count(*) FROM customers_partnerdetail, {each}"  # noqa: S608 -- our own words
            " GROUP BY partner_set_id, key ORDER BY partner_set_id, key"
        )
        return {partner_name(int(of), str(key)): int(n) for of, key, n in cursor.fetchall()}


def partner_name(of: int, heading: str) -> str:
    """What a detail of a data set is counted under."""
    return f"{of}.{heading}"


def _by_table(items: Iterable[Field]) -> dict[type[models.Model], list[Field]]:
    tables: dict[type[models.Model], list[Field]] = {}
    for item in items:
        tables.setdefault(item.model, []).append(item)
    return tables


def _rows(model: type[models.Model], items: list[Field]) -> dict[str, int]:
    """Rows each item is about and rows that have it, of one table in one pass."""
    asked: dict[str, Any] = {}
    for item in items:
        asked[f"rows_{item.name}"] = Count("pk", filter=item.rows) if item.only else Count("pk")
        asked[f"filled_{item.name}"] = Count("pk", filter=item.filled)
    rows = Customer.objects.known() if model is Customer else model._default_manager.all()
    return rows.aggregate(**asked)


def _people(items: list[Field]) -> dict[str, int]:
    """Known customers who have each item of one table at least once: a look-up by index for each of them."""
    asked = {f"filled_{item.name}": Count("pk", filter=Q(Exists(_mine(item)))) for item in items}
    return Customer.objects.known().aggregate(**asked)


def _mine(item: Field) -> "models.QuerySet[models.Model]":
    return item.model._default_manager.filter(item.filled, **{item.owner: OuterRef("pk")})


@atomic
def _keep(counted: list[FieldCount]) -> None:
    FieldCount.objects.all().delete()
    FieldCount.objects.bulk_create(counted)
