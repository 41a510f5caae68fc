"""What stands in a list of customers, cell by cell: as whoever looks may see it, and as files take it along."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.lib import money
from dangol.lib.languages import speaks
from dangol.lib.money import as_number
from dangol.records.customers.columns import RANGES, Asked, Column, Kind, Wish
from dangol.records.customers.models import ContactPoint
from dangol.web import clock
from dangol.web.customers.criteria import write_bound
from dangol.web.shell import figures
from dangol.web.shell.templatetags.shell import region_short
from dangol.web.shell.viewer import Viewer

NUMBERS = RANGES - {Kind.DAY}


@dataclass(frozen=True)
class Words:
    """What the codes of a column are called, looked up once for a page or a file."""

    column: Column
    known: Mapping[str, Any]

    @classmethod
    def of(cls, column: Column) -> "Words":
        return cls(column, column.words())

    def __call__(self, code: Any) -> str:
        """One code in words; what has none stands as it is."""
        if self.column.name == "region":
            return region_short(code)
        if self.column.kind is Kind.YES_NO:
            return _("Yes") if code == "yes" else _("No")
        return str(self.known.get(code) or code)


@dataclass(frozen=True)
class Told:
    """One column over some customers: what is known of each."""

    column: Column
    words: Words
    values: Mapping[int, Any]

    @classmethod
    def of(cls, column: Column, customers: Iterable[int], asked: Asked) -> "Told":
        """Read them: one question."""
        return cls(column, Words.of(column), column.of(customers, asked))

    def text(self, customer: int, mine: Viewer) -> str:
        """As a page writes it; "" where it is not known."""
        value = self.values.get(customer, self.column.unknown or None)
        if value is None:
            return ""
        kind = self.column.kind
        if kind is Kind.MANY:
            return ", ".join(sorted({self.words(one) for one in value}))
        if kind in {Kind.CHOICE, Kind.YES_NO}:
            return self.words(value)
        if kind is Kind.DAY:
            return self._day(value, customer, mine)
        return self._number(float(value)) if kind in NUMBERS else self._masked(str(value), customer, mine)

    def plain(self, customer: int, mine: Viewer) -> Any:
        """As a file takes it along: numbers as numbers, days as 2026-11-22 in every language."""
        value = self.values.get(customer)
        kind = self.column.kind
        if isinstance(value, datetime):
            return localtime(value).date().isoformat()
        if isinstance(value, date) and (self.column.masked is None or mine.knows(customer)):
            return value.isoformat()
        if value is None or kind not in NUMBERS:
            return self.text(customer, mine)
        if kind is Kind.MONEY:
            return as_number(round(value), clock.home().currency)
        return round(float(value), 4 if kind is Kind.SHARE else 1)

    @cached_property
    def _number(self) -> Callable[[float], str]:
        """How numbers of this column are written: what holds for all of them is looked up once."""
        kind = self.column.kind
        if kind is Kind.MONEY:
            return partial(money.about, currency=clock.home().currency, language=speaks())
        return figures.percent if kind is Kind.SHARE else figures.count

    @cached_property
    def _year(self) -> int:
        return clock.day().year

    def _day(self, value: Any, customer: int, mine: Viewer) -> str:
        if self.column.masked is not None and not mine.knows(customer):
            return self.column.masked(value.isoformat())
        if isinstance(value, datetime):
            return figures.day_seen_from(self._year, value)
        return date_format(value, "DATE_FORMAT")

    def _masked(self, text: str, customer: int, mine: Viewer) -> str:
        if self.column.masked is not None and not mine.knows(customer):
            return self.column.masked(text)
        return mine.contact(ContactPoint.Kind.MOBILE, text, of=customer) if self.column.name == "mobile" else text


def spoken(wish: Wish, column: Column) -> str:
    """A filter in words: its values, or its bounds."""
    words = Words.of(column)
    parts = [words(value) for value in wish.told]
    if wish.bounded:
        parts.append(_bounds(wish, column))
    if wish.empty:
        parts.append(_("not known"))
    told = ", ".join(parts[:4]) + (_(" and %(n)s more") % {"n": len(parts) - 4} if len(parts) > 4 else "")
    return _("not %(values)s") % {"values": told} if wish.without else told


def _bounds(wish: Wish, column: Column) -> str:
    low, high = (_bound(column, number) for number in (wish.low, wish.high))
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return _("%(low)s or more") % {"low": low} if low else _("%(high)s or less") % {"high": high}


def _bound(column: Column, number: float | None) -> str:
    if number is None:
        return ""
    if column.kind is Kind.MONEY:
        return figures.money(number)
    if column.kind is Kind.SHARE:
        return figures.percent(number)
    return write_bound(column, number)
