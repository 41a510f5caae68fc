"""Duties towards the person: every table tied to a customer says how it is exported and erased.

A room registers its tables in its AppConfig.ready():

    duties.register(PersonalTable(Note, "customer", delete_rows(Note, "customer")))
    duties.register(PersonalTable(Message, "identity__customer", blank_but(Message, "identity__customer", keeps={…})))

and, where something of a person lies that no key leads to (files, refused rows of an import), a `Place`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db import models
from django.utils.functional import Promise

from dangol.lib import phones
from dangol.records.customers.merged import whole

type Word = str | Promise
type Erase = Callable[[int], int]  # customer id → rows touched

# What is never handed out: it says nothing of the person, and leads from the warehouse to them.
NEVER_TOLD = frozenset({"lake_key"})


class Merging(Enum):
    """What becomes of somebody's rows while they are merged into somebody else."""

    MOVES = "moves"  # they stand with the one who is kept, and go back
    STAYS = "stays"  # they say something of that row alone: told and erased with the whole person
    PARKED = "parked"  # worked out about somebody who is nobody meanwhile: put away, and brought back


@dataclass(frozen=True)
class PersonalTable:
    """One table tied to a person.

    `owner` is the look-up that leads from a row to the customer id, such as `identity__customer`.
    `erase` removes or blanks what identifies the person and returns how many rows it touched;
    None means that the rows hold nothing of the person once the customer is erased, and `why` says so.
    `keeps`: the columns that stay, and why; what the person is told. `label`, `words` (column → name), `money` (columns
    in minor units, always or by the row; `no_money`: of which rows they are plain numbers) and `hidden` (columns that
    are nobody's to read) are for the export bundle.
    `merging`: what becomes of the rows while the person is merged into somebody else.
    """

    model: type[models.Model]
    owner: str
    erase: Erase | None = None
    why: Word = ""
    keeps: Mapping[str, Word] = field(default_factory=dict)
    label: Word = ""
    words: Mapping[str, Word] = field(default_factory=dict)
    money: frozenset[str] = frozenset()
    no_money: models.Q | None = None
    hidden: frozenset[str] = frozenset()
    merging: Merging = Merging.MOVES

    @property
    def holders(self) -> list[str]:
        """The columns that point to a customer; none where the rows follow an identity or another row."""
        keys: list[Any] = [column for column in self.model._meta.concrete_fields if column.is_relation]
        return [column.attname for column in keys if column.related_model._meta.label == "customers.Customer"]

    @property
    def name(self) -> str:
        """The table's label: app and model."""
        return self.model._meta.label

    @property
    def kept(self) -> Mapping[str, Word]:
        """The columns that stay after erasure, and why; those of the eraser where the table names none."""
        return self.keeps or getattr(self.erase, "keeps", {})

    @property
    def deletes(self) -> bool:
        """Whether the rows go whole."""
        return isinstance(self.erase, Deletion)

    @property
    def empties(self) -> bool:
        """Whether anything in the rows is blanked."""
        return self.erase is not None and getattr(self.erase, "blank", True) != {}

    @property
    def columns(self) -> list[models.Field[Any, Any]]:
        """The columns a person is told."""
        unread = NEVER_TOLD | self.hidden
        return [column for column in self.model._meta.concrete_fields if column.name not in unread]

    def mine(self, customer_id: int) -> "models.QuerySet[models.Model]":
        """The person's rows, in the order they were written; with those of whoever was merged into them."""
        people = {f"{self.owner}__in": whole(customer_id)}
        return self.model._default_manager.filter(**people).order_by("pk")

    def rows(self, customer_id: int) -> list[dict[str, Any]]:
        """The person's rows of this table, as plain values."""
        return list(self.mine(customer_id).values())


@dataclass(frozen=True)
class TwoSided(PersonalTable):
    """A personal table whose rows are of the one or of the other person: `other` leads to the second."""

    other: str = ""

    def mine(self, customer_id: int) -> "models.QuerySet[models.Model]":
        """Every row the person is one side of."""
        people = whole(customer_id)
        sides = models.Q(**{f"{self.owner}__in": people}) | models.Q(**{f"{self.other}__in": people})
        return self.model._default_manager.filter(sides).order_by("pk")


@dataclass(frozen=True)
class Traces:
    """What a person is known by, gathered before the erasure, to be found where no key leads.

    names: as written; numbers: ids that sources gave them; contacts: phone numbers (E.164), addresses.
    """

    customer_id: int
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()

    @property
    def needles(self) -> list[str]:
        """Texts one of which stands in whatever mentions the person; of phone numbers the last four digits."""
        ends = {one[-4:] if one.startswith("+") else one for one in self.contacts}
        return sorted(filter(None, self.names | self.numbers | ends))

    def among(self, cell: str) -> bool:
        """Whether a cell is the person's name, number, phone (however it is written) or address."""
        text = cell.strip()
        known = self.names | self.numbers | self.contacts
        if not text or text in known:
            return bool(text)
        digits = sum(map(str.isdigit, text))
        return 8 <= digits <= 15 and len(text) <= 24 and phones.e164(text) in self.contacts

    def within(self, text: str) -> bool:
        """Whether a longer text mentions the person."""
        spelled = {phones.dialled(one) for one in self.contacts if one.startswith("+")}
        spelled |= {one.replace("-", "") for one in spelled}
        return any(one in text for one in self.names | self.numbers | self.contacts | spelled if len(one) > 1)


@dataclass(frozen=True)
class Place:
    """Somewhere that holds something of people without a key to them: what it is, and how a person leaves it."""

    name: str
    label: Word
    erase: Callable[[Traces], int]


TABLES: dict[str, PersonalTable] = {}
PLACES: dict[str, Place] = {}


def register(table: PersonalTable) -> None:
    """Take a table into the duties; called from the owning room's AppConfig.ready()."""
    if table.erase is None and not table.why:
        raise ValueError(f"{table.name}: say how it is erased, or why it need not be.")
    TABLES[table.name] = table


def register_place(place: Place) -> None:
    """Take a place without keys into the duties."""
    PLACES[place.name] = place


@dataclass(frozen=True)
class Deletion:
    """An eraser that deletes the person's rows."""

    model: type[models.Model]
    owner: str

    def __call__(self, customer_id: int) -> int:
        return self.model._default_manager.filter(**{self.owner: customer_id}).delete()[0]


@dataclass(frozen=True)
class DeletionOfPairs(Deletion):
    """An eraser that deletes the rows of which the person is either side."""

    other: str

    def __call__(self, customer_id: int) -> int:
        sides = models.Q(**{self.owner: customer_id}) | models.Q(**{self.other: customer_id})
        return self.model._default_manager.filter(sides).delete()[0]


@dataclass(frozen=True)
class Blanking:
    """An eraser that keeps the rows and sets columns to what says nothing; a function is asked anew each time."""

    model: type[models.Model]
    owner: str
    blank: Mapping[str, Any]
    keeps: Mapping[str, Word] = field(default_factory=dict)

    def __call__(self, customer_id: int) -> int:
        if not self.blank:
            return 0
        values = {name: value() if callable(value) else value for name, value in self.blank.items()}
        return self.model._default_manager.filter(**{self.owner: customer_id}).update(**values)


def delete_rows(model: type[models.Model], owner: str) -> Deletion:
    """An eraser that deletes the person's rows."""
    return Deletion(model, owner)


def blank_fields(model: type[models.Model], owner: str, **blank: Any) -> Blanking:
    """An eraser that keeps the rows and blanks the named fields."""
    return Blanking(model, owner, blank)


def blank_but(
    model: type[models.Model], owner: str, *, keeps: Mapping[str, Word], instead: Mapping[str, Any] | None = None
) -> Blanking:
    """An eraser that keeps the rows and blanks every column but those it `keeps`: a column that comes later is
    blanked until somebody says why it stays. `instead` gives the value of columns that cannot be empty.
    """
    given = dict(instead or {})
    return Blanking(model, owner, dict(_blanks(model, keeps, given)) | given, keeps)


def _blanks(
    model: type[models.Model], keeps: Mapping[str, Word], given: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    names = {column.name for column in model._meta.concrete_fields}
    if strange := sorted((set(keeps) | set(given)) - names):
        raise ValueError(f"{model._meta.label} has no column {strange[0]}.")
    for column in model._meta.concrete_fields:
        if column.primary_key or column.name in keeps or column.name in given:
            continue
        if column.null:
            yield column.name, None
        elif isinstance(column, models.CharField | models.TextField):
            yield column.name, ""
        elif column.has_default():
            yield column.name, column.get_default
        else:
            raise ValueError(f"{model._meta.label}.{column.name} cannot be empty: say why it stays, or what instead.")
