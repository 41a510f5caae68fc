"""Who is on a list: filters, order and text, within a scope; the same said to a small store in SQL and to what is kept
at hand of a large one.

    found = Selected(Selection((Wish("place", ("마포구",)),), sort="name"), scope, Asked(at))
    found.count(), found.page(0, 50), found.ids()
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, Value
from django.db.models.functions import NullIf

from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import RANGES, WORDS, Asked, Column, Kind, Wish, column_of, number_of
from dangol.records.customers.kept_columns import Numbers
from dangol.records.customers.models import Customer, CustomerQuerySet
from dangol.records.customers.queries import found
from dangol.records.staff.scope import Scope

LARGE = 30_000  # customers above which columns are kept at hand


def many() -> bool:
    """Whether customers are so many that columns are kept at hand."""
    return bool((Customer.objects.aggregate(last=Max("pk"))["last"] or 0) > LARGE)


@dataclass(frozen=True)
class Selection:
    """What is asked for: filters, a text to find, a column to sort by. `only` are picked one by one, `but` left out.

    sort: "" for those a text finds, the likeliest first. in_part: whoever asks sees people in part, and finds them by
    nothing they could guess the rest from.
    """

    wishes: tuple[Wish, ...] = ()
    text: str = ""
    sort: str = "name"
    falling: bool = False
    only: frozenset[int] | None = None
    but: frozenset[int] = frozenset()
    in_part: bool = False


@dataclass
class Selected:
    """The customers of a selection within a scope, as they stand at one look."""

    selection: Selection
    scope: Scope
    asked: Asked
    large: bool = field(init=False)

    def __post_init__(self) -> None:
        self.large = many()

    def count(self) -> int:
        """How many they are, exactly."""
        if not self.at_hand:
            return self.customers.count()
        with AT_HAND.lock:
            return int(np.count_nonzero(self._held()))

    def page(self, start: int, length: int) -> list[int]:
        """A stretch of them, in order."""
        if self.selection.text and not self.selection.sort:
            return self._likeliest[start : start + length]
        column = self._sorted_by
        if not self.at_hand:
            return list(self._ordered(column).values_list("pk", flat=True)[start : start + length])
        with AT_HAND.lock:
            chosen = self._held(column)
            return AT_HAND.first(chosen, column, falling=self.selection.falling, start=start, length=length)

    def stretch(self, start: int, length: int) -> tuple[int, list[int]]:
        """How many they are, and a stretch of them in order."""
        if not self.at_hand:
            number = self.count()
            return number, self.page(start, length) if number > start else []
        column = self._sorted_by
        with AT_HAND.lock:
            chosen = self._held(column)
            ids = AT_HAND.first(chosen, column, falling=self.selection.falling, start=start, length=length)
            return int(np.count_nonzero(chosen)), ids

    def ids(self) -> list[int]:
        """All of them, by their number."""
        if not self.at_hand:
            return list(self.customers.order_by("pk").values_list("pk", flat=True))
        with AT_HAND.lock:
            chosen = self._held()  # it may change who is kept at hand
            return [int(one) for one in AT_HAND.ids[chosen]]

    def in_order(self) -> list[int]:
        """All of them, in order."""
        return self.page(0, self.count())

    def words(self, column: Column) -> dict[str, int]:
        """How many of them have each word of a column; "" for those of whom it is not known."""
        if column.kind not in WORDS:
            return {}
        if not self.at_hand:
            return self._words(column)
        with AT_HAND.lock:
            return AT_HAND.counts(self._held(column), column)

    def present(self, column: Column) -> set[str]:
        """The words of a column that anybody at all has, asked of what is kept at hand."""
        with AT_HAND.lock:
            AT_HAND.prepare([column], self.asked)
            return AT_HAND.present(column)

    def by_word(self, column: Column, number: Column) -> dict[str, Numbers]:
        """What a column of numbers tells of those who have each word of one of choices; days and moments as seconds."""
        if not self.at_hand:
            return self._by_word(column, number)
        with AT_HAND.lock:
            return AT_HAND.by_word(self._held(column, number), column, number)

    @property
    def at_hand(self) -> bool:
        """Whether what is kept at hand answers: not for few, and not for a text, which leads to few."""
        return self.large and not self.selection.text and self.selection.only is None

    @cached_property
    def customers(self) -> CustomerQuerySet:
        """They as a query, unordered."""
        if self.selection.text:
            return Customer.objects.filter(pk__in=self._likeliest)
        return self._before_text

    @cached_property
    def _before_text(self) -> CustomerQuerySet:
        mine = Customer.objects.known().seen_by(self.scope)
        if self.selection.only is not None:
            mine = mine.filter(pk__in=self.selection.only)
        for column, wish in self._wishes:
            mine = mine.filter(column.condition(wish, self.asked))
        return mine.exclude(pk__in=self.selection.but) if self.selection.but else mine

    @cached_property
    def _likeliest(self) -> list[int]:
        """Whom the text leads to, in its order."""
        meant = found(self.selection.text, among=self._before_text, in_part=self.selection.in_part)
        return list(meant.values_list("pk", flat=True))

    def _held(self, *more: Column) -> Numbers:
        """Whether each customer kept at hand is among them; while nobody else looks."""
        AT_HAND.prepare([*more, *(column for column, _wish in self._wishes)], self.asked)
        return AT_HAND.chosen(self._wishes, self.scope, but=self.selection.but)

    @cached_property
    def _wishes(self) -> list[tuple[Column, Wish]]:
        pairs = [(column_of(wish.column, self.asked), wish) for wish in self.selection.wishes]
        return [(column, wish) for column, wish in pairs if column is not None]

    @property
    def _sorted_by(self) -> Column:
        column = column_of(self.selection.sort, self.asked)
        assert column is not None and column.sorts
        return column

    def _ordered(self, column: Column) -> Any:
        told: Any = column.order(self.asked)
        if column.kind not in RANGES:
            told = NullIf(told, Value(""))
        rows = self.customers.annotate(sorted_=told)
        by = F("sorted_").desc(nulls_last=True) if self.selection.falling else F("sorted_").asc(nulls_last=True)
        return rows.order_by(by, "pk")

    def _by_word(self, column: Column, number: Column) -> dict[str, Numbers]:
        mine = self.customers.order_by().values("pk")
        words = dict(column.told(self.asked).filter(**{f"{column.owner}__in": mine}))
        found: dict[str, list[float]] = {}
        for customer, value in number.told(self.asked).filter(**{f"{number.owner}__in": mine}):
            if customer in words:
                found.setdefault(str(words[customer]), []).append(number_of(value))
        return {word: np.array(numbers) for word, numbers in found.items()}

    def _words(self, column: Column) -> dict[str, int]:
        everybody = self.customers.order_by()
        rows = column.rows(self.asked).filter(column.filled).order_by()
        mine = rows.filter(**{f"{column.owner}__in": everybody.values("pk")})
        told = dict(mine.values_list(column.value).annotate(n=Count(column.owner, distinct=True)).order_by())
        known = mine.values(column.owner).distinct().count() if column.kind is Kind.MANY else sum(told.values())
        return {str(word): number for word, number in told.items()} | {"": everybody.count() - known}
