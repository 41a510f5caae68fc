"""A person of whom every table holds something, with a secret in every column that can hold one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models

from dangol.lib import sealing
from dangol.records.customers import duties
from dangol.records.customers.models import Customer, Household, Identity

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
MARK = "SECRET"
BIRTH = date(1907, 3, 9)


@dataclass
class Person:
    """The customer, and every secret that was put anywhere: text → where it was put."""

    customer: Customer
    secrets: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


class Filler:
    """Makes one row in every table of the registry, following keys; each text column gets a secret of its own.

    Columns that a table says it keeps get an ordinary word: they are told to the person before the erasure.
    """

    def __init__(self) -> None:
        self.rows: dict[str, models.Model] = {}
        self.secrets: dict[str, str] = {}
        self.making: list[str] = []
        self.number = 0

    def person(self) -> Person:
        """Everything."""
        home = Household.objects.create(code=self.secret("customers.Household.code"))
        customer = self.row(Customer)
        assert isinstance(customer, Customer)
        customer.household = home
        customer.save()
        for table in duties.TABLES.values():
            self.row(table.model)
        return Person(customer, self.secrets)

    def row(self, model: type[models.Model]) -> models.Model:
        """The one row of a table."""
        label = model._meta.label
        assert label not in self.making, f"{label} leads back to itself by {self.making}"
        if label not in self.rows:
            self.making.append(label)
            values = {column.name: self.value(model, column) for column in model._meta.concrete_fields
                      if not column.primary_key and not _left_alone(column)}  # fmt: skip
            values |= ODD.get(label, {})
            self.rows[label] = model._default_manager.create(**{name: one() if callable(one) else one
                                                                 for name, one in values.items()})  # fmt: skip
            self.making.pop()
        return self.rows[label]

    def value(self, model: type[models.Model], column: Any) -> Any:
        """What goes into a column: a secret where it holds text, else something that fits."""
        if isinstance(column, models.ForeignKey):
            own = column.related_model is model or column.related_model._meta.label not in duties.TABLES
            return None if column.null and own else self.target(column)
        if column.choices:
            return column.flatchoices[0][0]
        kept = column.name in duties.TABLES[model._meta.label].kept if model._meta.label in duties.TABLES else True
        return self.simple(f"{model._meta.label}.{column.name}", column, kept=kept)

    def simple(self, place: str, column: Any, *, kept: bool) -> Any:
        self.number += 1
        if isinstance(column, models.DateTimeField):
            return AT - timedelta(days=2)
        if isinstance(column, models.DateField):
            return date(2026, 12, 2) if kept else BIRTH
        if isinstance(column, models.BooleanField):
            return True
        if isinstance(column, models.JSONField):
            return {"told": self.secret(place)} if not kept else {}
        if isinstance(column, models.CharField | models.TextField):
            if kept:
                return f"word{self.number}"[: column.max_length or 99]
            room = column.max_length or 200
            text = self.secret(place, room)
            return sealing.seal(text) if (column.model, column.name) in sealing.SEALED else text
        if isinstance(column, models.DecimalField | models.FloatField):
            return 1
        return 1

    def target(self, column: Any) -> models.Model:
        other = column.related_model
        if other._meta.label in duties.TABLES or other._meta.label in self.rows:
            return self.row(other)
        known = other._default_manager.first()
        return known if known is not None else self.row(other)

    def secret(self, place: str, room: int = 40) -> str:
        """A text that stands nowhere else; short columns get what fits."""
        self.number += 1
        text = f"{MARK}{self.number:03}비밀"[:room] if room >= 9 else f"S{self.number:03}"[:room]
        if len(text) >= 4:
            self.secrets[text] = place
        return text


def _left_alone(column: Any) -> bool:
    return column.name in {
        "lake_key",
        "erased_at",
        "undoes",
        "reverses",
        "household",
        "merged_into",
        "settled_at",
        "own_valid_to",
    }


# Where the database's own rules ask for more than any value that fits.
ODD: dict[str, dict[str, Any]] = {
    "ledger.Transaction": {"currency": "KRW"},
    "ledger.SubscriptionStep": {"price": None},
    "ledger.Loan": {"item_class": "8"},
    "ledger.DeliveryStep": {"kind": "late"},
    "voices.SurveyAnswer": {"score": 2, "scale_min": 1, "scale_max": 5},
    "outbox.Message": {"withheld": "", "handed_over_at": None, "claimed_at": None, "kind": "informational"},
    "permission.Suppression": {"until": None},
    "rights.Request": {"kind": "see"},
    "customers.ContactPoint": {"valid_to": None, "kind": "mobile"},
    "customers.PartnerSet": {"basis": "consent", "side": "of", "ended_at": None},
    "analysis.Run": {"summary": {}, "parameters": {}, "finished_at": AT, "kind": "test"},
    "analysis.Score": {"low": 1.0, "high": 1.0},
    "relationship.Step": {"until": (AT + timedelta(days=400)).date()},
    "customers.SearchCard": {"customer": Customer.objects.first},
    "customers.NeverSame": {"right": lambda: Customer.objects.create(registered_at=AT)},
    "customers.Membership": {"organisation": lambda: Customer.objects.create(registered_at=AT)},
    "analysis.LikePair": {"right": lambda: Customer.objects.create(registered_at=AT), "cut": "chain"},
}


def every_text() -> Iterator[tuple[str, str]]:
    """Every cell of every table of the database, as text, with where it stands."""
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
        for table in sorted(set(tables) & set(connection.introspection.table_names(cursor))):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, bytes | memoryview):
                        yield f"{table}.{name}", bytes(value).decode("utf-8", "replace")
                    elif isinstance(value, dict | list):
                        yield f"{table}.{name}", json.dumps(value, ensure_ascii=False, default=str)
                    elif value is not None:
                        yield f"{table}.{name}", str(value)


def identity_of(customer: Customer) -> Identity:
    """The person's first id."""
    return Identity.objects.filter(customer=customer).order_by("pk")[0]
