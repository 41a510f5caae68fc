"""What a list of customers can show, be filtered and sorted by, and take along: each a column of the room that owns it.

A room says so in its AppConfig.ready(), after its tables:

    columns.register(Column("place", _("District"), Kind.CHOICE, lambda asked: Customer.objects.known(), value="place"))
    columns.register(Column("last_purchase", _("Last purchase"), Kind.DAY, last_purchases, owner="identity__customer",
                            value="last", watched={Transaction: "identity__customer"}))

`rows` are the rows it is read from and `owner` leads from one to the customer; from this alone follow the filter in
SQL, the order, what a page of fifty shows (one question a column) and what is kept at hand for a million (at_hand.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.functional import Promise

from dangol.records.customers.fields import ATTRIBUTE
from dangol.records.staff.roles import May

type Word = str | Promise
type Rows = QuerySet[Any, Any]
type Watched = Mapping[type[models.Model], str]

EMPTY = "~"  # among the values of a filter: those of whom it is not known
AT_ONCE = 900  # keys in one question: SQLite takes a thousand


class Kind(StrEnum):
    """What the values are, which decides how one filters by it and how it is written."""

    CHOICE = "choice"  # one of a few words
    MANY = "many"  # any number of a few words
    YES_NO = "yes_no"  # "yes", where there is a row
    NUMBER = "number"
    POINTS = "points"  # 0–100
    SHARE = "share"  # 0–1
    MONEY = "money"  # minor units
    DAY = "day"
    TEXT = "text"  # everybody's own: shown and taken along, filtered only by whether it is there


RANGES = frozenset({Kind.NUMBER, Kind.POINTS, Kind.SHARE, Kind.MONEY, Kind.DAY})
WORDS = frozenset({Kind.CHOICE, Kind.MANY, Kind.YES_NO})


@dataclass(frozen=True)
class Asked:
    """One look at the list: the day it is as of, and what columns looked up once for it."""

    at: datetime
    known: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def day(self) -> date:
        """The shop's day."""
        return timezone.localdate(self.at)

    def once(self, name: str, find: Callable[[], Any]) -> Any:
        """What `find` says, asked once."""
        if name not in self.known:
            self.known[name] = find()
        return self.known[name]


@dataclass(frozen=True)
class Wish:
    """A filter by one column: any of some values (EMPTY: not known) or within bounds; `without` turns it round."""

    column: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    without: bool = False

    @property
    def bounded(self) -> bool:
        """Whether it asks for a stretch of numbers or days."""
        return self.low is not None or self.high is not None

    @property
    def empty(self) -> bool:
        """Whether those are meant of whom it is not known."""
        return EMPTY in self.values

    @property
    def told(self) -> tuple[str, ...]:
        """The values asked for, without EMPTY."""
        return tuple(value for value in self.values if value != EMPTY)


@dataclass(frozen=True)
class Column:
    """One thing known of customers. `name` is a word of ours, the same for ever: addresses and saved views hold it.

    rows: where it is read (of one owner one row, unless MANY); None of `value` counts as not known. may: the words that
    whoever sees it needs. words: what codes are called. masked: how it is written for those who see people in part.
    unknown: the code that stands for "not known". falling: the order begins with the highest. watched: the tables whose
    changes change it, and the look-up that leads to the customer. version: what else it hangs on, such as a run.
    item: the item of the inventory it is (fields.py), which taking it along is a use of. of_everybody: how it is read
    of a million (an array of their keys) where `rows` would take long: parts of keys, and of their values. together:
    the same of several columns that have this very function, in one go: a column, keys, and their values. instead: what
    it is where that hangs on the records, such as an amount that is money in one business, a count in another.
    """

    name: str
    label: Word
    kind: Kind
    rows: Callable[[Asked], Rows]
    value: str
    owner: str = "pk"
    may: tuple[May, ...] = ()
    words: Callable[[], Mapping[str, Word]] = dict
    masked: Callable[[str], str] | None = None
    unknown: str = ""
    falling: bool = False
    dated: bool = False  # its days are days, not moments
    sorts: bool = True
    filters: bool = True
    watched: Watched = field(default_factory=dict)
    version: Callable[[Asked], Any] = lambda _asked: None
    item: str = ""
    of_everybody: Callable[[Asked, Any], Iterable[tuple[Sequence[int], Sequence[Any]]]] | None = None
    together: Callable[[Asked, Sequence["Column"]], Iterable[tuple["Column", Any, Any]]] | None = None
    instead: Callable[["Column", Asked], "Column"] | None = None

    def now(self, asked: Asked) -> "Column":
        """What it is now."""
        return self.instead(self, asked) if self.instead else self

    @property
    def own(self) -> bool:
        """Whether it stands in the customer's own row."""
        return self.owner == "pk"

    def condition(self, wish: Wish, asked: Asked) -> Q:
        """The filter in SQL, on customers."""
        found = Q(pk__in=[])
        wanted = tuple(value for value in wish.told if value != self.unknown)
        if wanted:
            found |= self._where(Q(**{f"{self.value}__in": wanted}), asked)
        if wish.bounded:
            found |= self._where(self._within(wish), asked)
        if wish.empty or (self.unknown and self.unknown in wish.told):
            found |= ~self._where(self.filled, asked)
        return ~found if wish.without else found

    @property
    def filled(self) -> Q:
        """The rows in which something stands."""
        told = Q(**{f"{self.value}__isnull": False})
        if self.kind in {Kind.CHOICE, Kind.MANY, Kind.TEXT}:
            told &= ~Q(**{self.value: ""})
        return told & ~Q(**{self.value: self.unknown}) if self.unknown else told

    def order(self, asked: Asked) -> Combinable:
        """What customers are sorted by, in SQL."""
        if self.own:
            return models.F(self.value)
        return Subquery(self.rows(asked).filter(**{self.owner: OuterRef("pk")}).values(self.value)[:1])

    def pairs(self, asked: Asked, among: Iterable[int]) -> Iterable[tuple[int, Any]]:
        """(customer, value) of these customers."""
        wanted = list(among)
        for start in range(0, len(wanted), AT_ONCE):
            yield from self.told(asked).filter(**{f"{self.owner}__in": wanted[start : start + AT_ONCE]})

    def told(self, asked: Asked) -> Rows:
        """(customer, value) of everybody of whom it is known."""
        return self.rows(asked).filter(self.filled).values_list(self.owner, self.value)

    def of(self, customers: Iterable[int], asked: Asked) -> dict[int, Any]:
        """What is known of these customers; for MANY a list each."""
        found: dict[int, Any] = {}
        for customer, value in self.pairs(asked, customers):
            if self.kind is Kind.MANY:
                found.setdefault(customer, []).append(value)
            else:
                found[customer] = value
        return found

    def _where(self, told: Q, asked: Asked) -> Q:
        if self.own:
            return told
        return Q(Exists(self.rows(asked).filter(told, **{self.owner: OuterRef("pk")})))

    def _within(self, wish: Wish) -> Q:
        low, high = wish.low, wish.high
        bounds = Q()
        if low is not None:
            bounds &= Q(**{f"{self.value}__gte": self._bound(low)})
        if high is not None:
            day = self.kind is Kind.DAY
            bounds &= Q(**{f"{self.value}__{'lt' if day else 'lte'}": self._bound(high + 1) if day else high})
        return bounds & self.filled

    def _bound(self, number: float) -> Any:
        if self.kind is not Kind.DAY:
            return number
        return _day(number) if self.dated else _moment(number)


COLUMNS: dict[str, Column] = {}
MORE: list[Callable[[], Iterable[Column]]] = []  # for columns nobody can name beforehand


def register(*found: Column) -> None:
    """Take columns into what lists can show; called from the owning room's AppConfig.ready()."""
    for column in found:
        COLUMNS[column.name] = column


def known(asked: Asked) -> dict[str, Column]:
    """Every column there is now, those among them that come and go with what is on record."""
    more: dict[str, Column] = asked.once("columns", lambda: {one.name: one for more in MORE for one in more()})
    return {name: column.now(asked) for name, column in (COLUMNS | more).items()}


def column_of(name: str, asked: Asked) -> Column | None:
    """The column of that name; further details are looked up only where one is asked for."""
    if name in COLUMNS:
        return COLUMNS[name].now(asked)
    return known(asked).get(name) if name.startswith(ATTRIBUTE) else None


def number_of(value: Any) -> float:
    """A value as numbers compare it: days and moments as seconds."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return midnight(value.toordinal())
    return float(value)


def midnight(ordinal: float) -> float:
    """The second at which a day of the shop begins."""
    return midnights([ordinal])[0]


def midnights(ordinals: Iterable[float]) -> list[float]:
    """The same of many days."""
    zone = timezone.get_current_timezone()
    return [_midnight(ordinal, zone) for ordinal in ordinals]


@lru_cache(maxsize=50_000)  # each birthday once, and not for every part of a million
def _midnight(ordinal: float, _zone: tzinfo) -> float:
    return _moment(ordinal).timestamp()


def _moment(ordinal: float) -> datetime:
    return timezone.make_aware(datetime.combine(_day(ordinal), time()))


def _day(ordinal: float) -> date:
    return date.fromordinal(int(min(max(ordinal, date(1800, 1, 1).toordinal()), date(9990, 1, 1).toordinal())))
