"""What we keep of people, item by item: of which kind, what for, on which ground, how long, what it feeds, what its
absence blocks.

A room says so of its tables in its AppConfig.ready():

    fields.register(Field("gender", _("Gender"), Customer, "gender", Side.OF, _("Statistics"), Basis.CONSENT))
    fields.technical(Customer, fields.LEADS, "lake_key")

A test fails for a column of a person's table that is neither an item nor said to be technical. An item is what people
know by one name: it may take several columns, and one table may hold several items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import duties

type Word = str | Promise

INACTIVE = "inactive_customers"  # the rule of retention under which most items end
ATTRIBUTE = "attributes."  # what further details are called by, with their key
PARTNER = "partners."  # what details of partners are called by, with the number of their set and the heading


class Side(StrEnum):
    """Information of, for or by the customer (Park & Kim)."""

    OF = "of"
    FOR = "for"
    BY = "by"


class Basis(StrEnum):
    """The ground on which it may be kept (Personal Information Protection Act, art. 15)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LAW = "law"
    INTEREST = "interest"


class Care(StrEnum):
    """How much of a person it gives away."""

    ORDINARY = "ordinary"
    IDENTIFIES = "identifies"
    SEALED = "sealed"


class Feeds(StrEnum):
    """The score it goes into."""

    CUSTOMER_VALUE = "customer_value"
    CUSTOMER_EQUITY = "customer_equity"


SIDES: dict[Side, Word] = {
    Side.OF: _("Of the customer"), Side.FOR: _("For the customer"), Side.BY: _("By the customer"),
}  # fmt: skip
BASES: dict[Basis, Word] = {
    Basis.CONSENT: pgettext_lazy("ground", "Consent"), Basis.CONTRACT: _("Contract"), Basis.LAW: _("Duty by law"),
    Basis.INTEREST: _("Legitimate interest"),
}  # fmt: skip
CARES: dict[Care, Word] = {
    Care.ORDINARY: "", Care.IDENTIFIES: _("Tells who it is"), Care.SEALED: _("Kept sealed"),
}  # fmt: skip
FEEDS: dict[Feeds, Word] = {
    Feeds.CUSTOMER_VALUE: _("Value to the customer"), Feeds.CUSTOMER_EQUITY: _("Value to the company"),
}  # fmt: skip

# Why a column is no item of its own.
LEADS = _("A number of ours that leads from one row to another")
ONCE = _("So that the same row is not taken in twice")
STAFF = _("Who of the staff wrote it down")
RULES = _("By which version of which rule it was decided")
QUEUE = _("Where it stands on its way out")
FORGOTTEN = _("That the person was forgotten")
AGAIN = _("What stands elsewhere already, cut up to be found by")


@dataclass(frozen=True)
class Field:
    """One item. `name` is a word of ours, the same for ever.

    column: what has to be filled for the item to be there, or one of `either`; also: further columns it takes; only:
    rows it is about, as values of columns; kept: rules of retention by their id; held: what a law makes us keep apart
    afterwards; needed: kept whether anybody uses it or not, as proof; each: every customer should have it, so `blocks`
    speaks of those who do not; else it speaks of nobody having it; apart: what is in it is told one by one instead.
    """

    name: str
    label: Word
    model: type[models.Model]
    column: str
    side: Side
    purpose: Word
    basis: Basis
    either: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    care: Care = Care.ORDINARY
    kept: tuple[str, ...] = (INACTIVE,)
    held: tuple[str, ...] = ()
    feeds: tuple[Feeds, ...] = ()
    blocks: Word = ""
    needed: bool = False
    each: bool = False
    apart: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """Every column it takes."""
        return frozenset({self.column, *self.either, *self.also, *self.only})

    @property
    def owner(self) -> str:
        """The look-up that leads from a row to the customer."""
        return duties.TABLES[self.model._meta.label].owner

    @property
    def rows(self) -> Q:
        """The rows it is about."""
        return Q(**self.only)

    @property
    def filled(self) -> Q:
        """The rows in which it is there: not null, not empty, and for numbers that begin at nothing, not nothing."""
        told = Q()
        for name in (self.column, *self.either):
            told |= _told(self.model._meta.get_field(name))
        return told & self.rows


def _told(column: Any) -> Q:
    told = Q(**{f"{column.name}__isnull": False})
    if isinstance(column, models.CharField | models.TextField):
        told &= ~Q(**{column.name: ""})
    elif isinstance(column, models.JSONField):
        told &= ~Q(**{column.name: {}})
    elif column.has_default() and not isinstance(column, models.BooleanField):
        told &= ~Q(**{column.name: column.get_default()})
    return told


FIELDS: dict[str, Field] = {}
TECHNICAL: dict[str, dict[str, Word]] = {}  # table → column → why


def register(*items: Field) -> None:
    """Take items into the inventory; called from the owning room's AppConfig.ready()."""
    for item in items:
        names = {column.name for column in item.model._meta.concrete_fields}
        if strange := sorted(item.columns - names):
            raise ValueError(f"{item.model._meta.label} has no column {strange[0]}.")
        if not item.purpose:
            raise ValueError(f"{item.name}: say what it is kept for.")
        FIELDS[item.name] = item


def technical(model: type[models.Model], why: Word, *columns: str) -> None:
    """Say that columns tell nothing of the person, and why they are there."""
    TECHNICAL.setdefault(model._meta.label, {}).update(dict.fromkeys(columns, why))


def uncovered(model: type[models.Model]) -> list[str]:
    """Columns of a person's table that are neither an item nor said to be technical."""
    known = {column for item in of_model(model) for column in item.columns} | set(TECHNICAL.get(model._meta.label, ()))
    return [
        column.name for column in model._meta.concrete_fields if not column.primary_key and column.name not in known
    ]


def of_model(model: type[models.Model]) -> list[Field]:
    """The items a table holds."""
    return [item for item in FIELDS.values() if item.model is model]


def fed(score: Feeds) -> list[str]:
    """The names of the items that go into a score."""
    return [item.name for item in FIELDS.values() if score in item.feeds]
