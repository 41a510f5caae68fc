"""What a list of customers is asked for: the words of its address, read and written.

    ?q=다은&region=II&line=club&place=마포구&place=강남구&spent_year=100000..&not.gender=f&sort=equity&show=name,region

A filter is called as its column: a value each, `low..high` for numbers and days (of either nothing: open), `~` for "not
known"; with `not.` before it is turned round. What is not known is left out, so that an old bookmark still opens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from django.http import QueryDict

from dangol.lib.money import exponent
from dangol.records.customers.columns import (
    COLUMNS,
    EMPTY,
    RANGES,
    Asked,
    Column,
    Kind,
    Wish,
    column_of,
)
from dangol.records.customers.selecting import Selection
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.lost_filters import NOT, lost
from dangol.web.shell.viewer import Viewer
from dangol.web.shell.words import REGIONS

REVERSED = ".rev"
BALANCE = "balance"  # both values as one mark: of the page alone
SHOWN = ("name", "region", BALANCE, "equity", "last_purchase")
GAP = "gap"
OWN = frozenset({"q", "sort", "page", "show", "view", "all", "pick", "but", "every"})
LONGEST, MOST_VALUES, MOST_COLUMNS, MOST_PICKED = 120, 200, 30, 1_000
_STRETCH = re.compile(r"(-?[\d.]*|\d{4}-\d\d-\d\d)\.\.(-?[\d.]*|\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Criteria:
    """Text to find, filters by column, the column it is ordered by and the columns shown. Pages count from 1.

    lost: the parts of the address that name a filter which cannot be applied; they stay in it until they are taken out.
    """

    text: str = ""
    wishes: tuple[Wish, ...] = ()
    sort: str = ""
    page: int = 1
    show: tuple[str, ...] = ()
    view: int = 0
    lost: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, query: QueryDict, mine: Viewer, asked: Asked) -> Self:
        """From an address, as far as whoever looks may ask."""
        page, view, sort = query.get("page", ""), query.get("view", ""), query.get("sort", "")
        wishes = tuple(_wishes(query, mine, asked))
        return cls(
            text=query.get("q", "").strip()[:LONGEST],
            wishes=wishes,
            sort=sort if _sorts(sort, mine, asked) else "",
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            show=tuple(_columns(query.get("show", ""), mine, asked)),
            view=int(view) if view.isascii() and view.isdigit() and len(view) < 10 else 0,
            lost=lost(query, {wish.column for wish in wishes} | OWN),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.text or self.wishes)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions chosen."""
        return self.values("region")

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of business chosen."""
        return self.values("line")

    def values(self, column: str) -> tuple[str, ...]:
        """What is chosen of a column."""
        return next((wish.values for wish in self.wishes if wish.column == column and not wish.without), ())

    def wish(self, column: str) -> Wish:
        """The filter by a column, an empty one where there is none."""
        return next((wish for wish in self.wishes if wish.column == column), Wish(column))

    def without(self, column: str) -> Self:
        """The same with one filter dropped ("q": the text), from its first page."""
        if column == "q":
            return replace(self, text="", page=1)
        return replace(self, wishes=tuple(wish for wish in self.wishes if wish.column != column), page=1)

    def applied(self) -> Self:
        """The same without the filters that cannot be applied."""
        return replace(self, lost=(), page=1)

    def ordered(self, sort: str) -> Self:
        """The same in another order."""
        return replace(self, sort=sort, page=1)

    def shown(self, mine: Viewer) -> tuple[str, ...]:
        """The columns on the page: the name is always there."""
        usual = tuple(name for name in SHOWN if mine.may(May.SEE_VALUES) or name not in _VALUES)
        found = self.show or usual
        return found if "name" in found else ("name", *found)

    def selection(self, mine: Viewer, *, valued: bool) -> Selection:
        """Who is asked for, and in which order: where nobody is valued, by name."""
        if self.text and not self.sort:
            return Selection(self.wishes, self.text, "", in_part=not mine.knows_people)
        sort = self.sort or (GAP if mine.may(May.SEE_VALUES) else "name")
        name, turned = sort.removesuffix(REVERSED), sort.endswith(REVERSED)
        if not valued and (name in _VALUES or name == GAP):
            name, turned = "name", False
        column = COLUMNS.get(name)
        falling = (column.falling if column else False) != turned
        return Selection(self.wishes, self.text, name, falling, in_part=not mine.knows_people)

    def address(self, *, page: int = 1) -> str:
        """The query string that asks for this."""
        return "?" + self.words(page=page)

    def words(self, *, page: int = 1, view: bool = True) -> str:
        """The same without its question mark."""
        query = QueryDict(mutable=True)
        if self.text:
            query["q"] = self.text
        for wish in self.wishes:
            query.setlist(f"{NOT if wish.without else ''}{wish.column}", written(wish))
        for name, value in self.lost:
            query.appendlist(name, value)
        if self.sort:
            query["sort"] = self.sort
        if self.show:
            query["show"] = ",".join(self.show)
        if self.view and view:
            query["view"] = str(self.view)
        if page > 1:
            query["page"] = str(page)
        return query.urlencode()

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form has to carry so as not to lose it, but for the text and what has a button of its own."""
        parts = [
            (f"{NOT if wish.without else ''}{wish.column}", value)
            for wish in self.wishes
            if wish.without or wish.column not in {"region", "line"}
            for value in written(wish)
        ]
        parts += [*self.lost, *([("show", ",".join(self.show))] if self.show else [])]
        return parts + ([("view", str(self.view))] if self.view else [])

    @property
    def everything(self) -> list[tuple[str, str]]:
        """All parts of its address."""
        query = QueryDict(self.words())
        return [(name, value) for name, values in query.lists() for value in values]


def may_see(column: Column, mine: Viewer) -> bool:
    """Whether somebody is shown this column."""
    return all(mine.may(word) for word in column.may)


def may_choose(column: Column, mine: Viewer) -> bool:
    """Whether somebody may filter by what stands in it: not by what they see in part, which could be guessed so."""
    return column.filters and may_see(column, mine) and (column.masked is None or mine.knows_people)


def may_sort(column: Column, mine: Viewer) -> bool:
    """Whether somebody may sort by it."""
    return column.sorts and may_see(column, mine) and (
        column.masked is None or mine.knows_people or column.name == "name"
    )  # fmt: skip


def written(wish: Wish) -> list[str]:
    """A filter as its address has it."""
    bounds = [f"{_bound(wish, wish.low)}..{_bound(wish, wish.high)}"] if wish.bounded else []
    return [*wish.values, *bounds]


def wish_of(name: str, values: Iterable[str], mine: Viewer, asked: Asked, *, without: bool = False) -> Wish | None:
    """A filter from the words of an address; None where nothing can be asked so."""
    column = column_of(name, asked)
    if column is None or not may_choose(column, mine):
        return None
    told = list(dict.fromkeys(value[:LONGEST] for value in values if value))[:MOST_VALUES]
    low = high = None
    if column.kind in RANGES:
        low, high = next((bounds for value in told if (bounds := _stretch(column, value))), (None, None))
        told = [value for value in told if value == EMPTY]
    elif column.kind is Kind.TEXT:
        told = [value for value in told if value == EMPTY]
    elif name == "region":
        told = [region for region in REGIONS if region in told]
    wish = Wish(name, tuple(told), low, high, without)
    return wish if wish.values or wish.bounded else None


def read_bound(column: Column, text: str) -> float | None:
    """A bound as written: a day, or a number (money in the home's currency, shares in per cent); None: not one."""
    text = text.strip().replace(",", "")
    try:
        if column.kind is Kind.DAY:
            return date.fromisoformat(text).toordinal() if text else None
        number = float(text) if text and len(text) < 20 else None
    except ValueError:
        return None
    if number is None or number != number or abs(number) == float("inf"):
        return None
    return number * _scale(column)


def write_bound(column: Column, number: float | None) -> str:
    """The same, to be written into a field."""
    if number is None:
        return ""
    if column.kind is Kind.DAY:
        return date.fromordinal(int(number)).isoformat()
    return f"{number / _scale(column):.6f}".rstrip("0").rstrip(".")


def picked(query: QueryDict) -> frozenset[int] | None:
    """The customers picked one by one; None where everybody is meant whom the filters leave."""
    return None if query.get("every") or "pick" not in query else _numbers(query.get("pick") or "")


def left_out(query: QueryDict) -> frozenset[int]:
    """Those left out of everybody."""
    return _numbers(query.get("but", ""))


_VALUES = frozenset({"region", BALANCE, GAP, "customer_value", "customer_equity", "equity", "p_alive"})


def _numbers(text: str) -> frozenset[int]:
    parts = text.split(".")[:MOST_PICKED]
    return frozenset(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 18)


def _wishes(query: QueryDict, mine: Viewer, asked: Asked) -> Iterable[Wish]:
    seen = set()
    for name in query:
        plain = name.removeprefix(NOT)
        if plain in OWN or plain in seen:
            continue
        wish = wish_of(plain, query.getlist(name), mine, asked, without=name.startswith(NOT))
        if wish is not None:
            seen.add(plain)
            yield wish


def _sorts(sort: str, mine: Viewer, asked: Asked) -> bool:
    column = column_of(sort.removesuffix(REVERSED), asked)
    return column is not None and may_sort(column, mine)


def _columns(told: str, mine: Viewer, asked: Asked) -> Iterable[str]:
    for name in list(dict.fromkeys(told.split(",")))[:MOST_COLUMNS]:
        column = column_of(name, asked)
        seen = column is not None and name != GAP and may_see(column, mine)
        if seen or (name == BALANCE and mine.may(May.SEE_VALUES)):
            yield name


def _stretch(column: Column, text: str) -> tuple[float | None, float | None] | None:
    found = _STRETCH.fullmatch(text)
    if not found:
        return None
    low, high = (_plain(column, part) for part in found.groups())
    return None if low is None and high is None else (low, high)


def _plain(column: Column, text: str) -> float | None:
    """A bound in an address: days as such, all else as it is kept."""
    try:
        if column.kind is Kind.DAY:
            return date.fromisoformat(text).toordinal() if text else None
        return float(text) if text and len(text) < 25 else None
    except ValueError:
        return None


def _bound(wish: Wish, number: float | None) -> str:
    if number is None:
        return ""
    column = COLUMNS.get(wish.column)
    if column is not None and column.kind is Kind.DAY:
        return date.fromordinal(int(number)).isoformat()
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _scale(column: Column) -> float:
    if column.kind is Kind.MONEY:
        return float(10 ** exponent(clock.home().currency))
    return 0.01 if column.kind is Kind.SHARE else 1.0
