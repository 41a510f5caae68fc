"""One column of a list as an array, a value for each customer: who fulfils a wish, and in which order they stand.

Nothing is read from the store here: whose values they are, and what changed since, at_hand.py knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from dangol.records.customers.columns import RANGES, Column, Kind, Wish, midnight, midnights

type Numbers = npt.NDArray[Any]

COMPARED = 5  # words that are looked for one after the other; of more, each customer's is looked up
BITS = 63  # words of a MANY column told by one number
EDGES = (0.002, 0.02, 0.2, 0.8, 0.98, 0.998)


@dataclass
class Kept:
    """One column: numbers (NaN: not known), codes of words (−1), places in an order, or a bit a word (of MANY, in as
    many rows of numbers as the words take).
    """

    column: Column
    version: Any
    values: Numbers
    words: dict[str, int] = field(default_factory=dict)
    edges: tuple[float, ...] = ()  # numbers below which, and above which, some hundredths of everybody lie
    present: set[str] | None = None  # the words that somebody has, once they were asked for

    @classmethod
    def empty(cls, column: Column, version: Any, customers: int) -> Self:
        """The column of so many customers, of none of whom it is known."""
        shape = (1, customers) if column.kind is Kind.MANY else (customers,)
        return cls(column, version, np.full(shape, nothing(column), type_of(column)))

    def code(self, word: str) -> int:
        """The number of a word, new ones at the end."""
        return self.words.setdefault(str(word), len(self.words))

    def put(self, places: Numbers, here: Numbers, told: Sequence[Any]) -> None:
        """Write down what is told of the customers at these places; `here`: which of what is told is theirs."""
        kind = self.column.kind
        if kind is Kind.DAY:
            values: Numbers = _seconds(told)[here]
        elif kind in RANGES:
            values = np.array(told, float)[here]
        elif kind is Kind.TEXT:
            values = np.ones(len(places))
        else:
            codes = {word: self.code(word) for word in dict.fromkeys(told)}
            values = np.array([codes[word] for word in told], np.int64)[here]
        if kind is Kind.MANY:
            self._set_bits(places, values)
        else:
            self.values[places] = values

    def find_edges(self) -> None:
        """Look for them once everybody's numbers stand."""
        if self.values.dtype.kind == "f" and not np.all(np.isnan(self.values)):
            self.edges = tuple(np.nanquantile(self.values, EDGES))

    def outermost(self, chosen: Numbers, *, falling: bool, enough: int) -> Numbers:
        """Fewer of the chosen among which the first `enough` in order still are: a million need not be sorted."""
        for low, high in zip(self.edges, reversed(self.edges), strict=True):
            near = chosen & ((self.values >= high) if falling else (self.values <= low))
            if low < high and np.count_nonzero(near) >= enough:
                return near
        return chosen

    def fulfilled(self, wish: Wish) -> Numbers:
        """Of whom it is as wished for."""
        column, values = self.column, self.values
        found = np.zeros(values.shape[-1], bool)
        wanted = [self.words[word] for word in wish.told if word in self.words and word != column.unknown]
        if column.kind is Kind.MANY:
            for code in wanted:
                found |= _bit(values, code)
        elif len(wanted) <= COMPARED:
            for code in wanted:
                found |= values == code
        else:
            table = np.zeros(len(self.words) + 1, bool)
            table[np.array(wanted) + 1] = True
            found |= table[values + 1]
        if wish.bounded:
            found |= _between(values, wish, days=column.kind is Kind.DAY)
        if wish.empty or (column.unknown and column.unknown in wish.told):
            found |= ~self._known()
        return ~found if wish.without else found

    def counts(self, chosen: Numbers) -> dict[str, int]:
        """How many of the chosen have each word; "" for those of whom it is not known."""
        values = self.values[..., chosen]
        if self.column.kind is Kind.MANY:
            found = {word: int(np.count_nonzero(_bit(values, code))) for word, code in self.words.items()}
            return found | {"": int(np.count_nonzero(~values.any(axis=0)))}
        told = np.bincount(values + 1, minlength=len(self.words) + 1)
        return {word: int(told[code + 1]) for word, code in self.words.items()} | {"": int(told[0])}

    def keys(self, places: Numbers, *, falling: bool) -> Numbers:
        """Numbers that rise in the order asked for, those not known above all."""
        values = self.values[places]
        if values.dtype.kind != "f":
            ranks = np.full(len(self.words) + 1, np.nan)
            for rank, word in enumerate(sorted(self.words)):
                ranks[self.words[word] + 1] = rank
            values = ranks[values + 1]
        rising = -values if falling else values
        return np.where(np.isnan(rising), np.inf, rising)

    def _known(self) -> Numbers:
        if self.column.kind is Kind.MANY:
            told: Numbers = self.values.any(axis=0)
            return told
        if self.values.dtype.kind == "f":
            return ~np.isnan(self.values)
        return self.values >= 0

    def _set_bits(self, places: Numbers, codes: Numbers) -> None:
        """Tell words of a MANY column of customers, with as many more numbers as new words take."""
        lacking = -(-len(self.words) // BITS) - len(self.values)
        if lacking > 0:
            self.values = np.vstack([self.values, np.zeros((lacking, self.values.shape[-1]), np.int64)])
        for number, row in enumerate(self.values):
            mine = codes // BITS == number
            np.bitwise_or.at(row, places[mine], np.int64(1) << (codes[mine] % BITS))


def in_order(keys: Numbers, start: int, end: int) -> Numbers:
    """The places of the keys that stand from `start` up to `end` in their order, equals as they come: only these are
    sorted, so that a late page costs what the first does. `start` < `end` <= number of keys; no key is nan.
    """
    low, high = np.partition(keys, [start, end - 1])[[start, end - 1]]
    first = np.flatnonzero(keys == low)[start - np.count_nonzero(keys < low) :][: end - start]
    if low == high:
        return first
    between = np.flatnonzero((keys > low) & (keys < high))
    between = between[np.argsort(keys[between], kind="stable")]
    last = np.flatnonzero(keys == high)[: end - start - len(first) - len(between)]
    return np.concatenate([first, between, last])


def ranked(column: Column) -> bool:
    """Whether its texts are everybody's own, so that their order is kept instead of them."""
    return column.kind is Kind.TEXT and column.own and column.sorts


def nothing(column: Column) -> float | int:
    """What stands for "not known"."""
    if column.kind is Kind.MANY:
        return 0
    return np.nan if type_of(column) is float else -1


def type_of(column: Column) -> type:
    """What its values are as numbers."""
    return float if column.kind in RANGES or column.kind is Kind.TEXT else np.int64


def _between(values: Numbers, wish: Wish, *, days: bool) -> Numbers:
    found = ~np.isnan(values)
    if wish.low is not None:
        found &= values >= (midnight(wish.low) if days else wish.low)
    if wish.high is not None:
        found &= values < midnight(wish.high + 1) if days else values <= wish.high
    return found


def _bit(values: Numbers, code: int) -> Numbers:
    """Of whom a word of a MANY column is told."""
    if code // BITS >= len(values):
        return np.zeros(values.shape[-1], bool)
    told: Numbers = (values[code // BITS] & (1 << code % BITS)) != 0
    return told


def _seconds(told: Sequence[Any]) -> Numbers:
    """Days and moments as seconds. SQLite writes what it worked out as texts, and moments without a zone, in UTC."""
    some = told[0] if told else None
    if isinstance(some, datetime):
        zoned = told if some.tzinfo is not None else [moment.replace(tzinfo=UTC) for moment in told]
        return np.array([moment.timestamp() for moment in zoned])
    if isinstance(some, str) and len(some) > len("2026-01-01"):
        moments: Numbers = np.array(told, "datetime64[us]").astype(np.int64) / 1e6
        return moments
    days = [(date.fromisoformat(day) if isinstance(day, str) else day).toordinal() for day in told]
    ordinals, places = np.unique(np.array(days, np.int64), return_inverse=True)
    begins: Numbers = np.array(midnights(ordinals.tolist()), float)[places]
    return begins
