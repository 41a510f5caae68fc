"""Whom a pattern is for: who still buys the first and never had the second, of those whom a program may judge.

Who objects to decisions by a program, children for whom nobody agreed, and who does not buy (`who_counts`) stand on no
list.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.insight.analysis.baskets.lists import cross_sell, up_sell
from dangol.insight.analysis.baskets.report import Pattern, Report, rules_of, steps_of
from dangol.insight.analysis.who_counts import MANY, Customers, shops_day
from dangol.insight.warehouse.queries import Lake, lake

COLUMNS = ["product_id", "because", "strength"]

ANSWERS = 8  # kept at most

type Kind = Literal["cross", "up"]
type Places = npt.NDArray[np.int64]

_answers: dict[Hashable, tuple[Any, Customers, list[int]]] = {}


@dataclass(frozen=True)
class Proposal:
    """One product for one customer (an id), because of what they still buy; strength: of 1, at least so many take it.

    kind: cross, something that goes with it; up, something dearer of the same category.
    """

    customer: int
    product: int
    because: tuple[int, ...]
    strength: float
    kind: Kind


@dataclass(frozen=True)
class Proposals:
    """Proposals as columns: parts of ids of customers, their rows (product_id, because, strength) and the kind.

    Customers are counted without a proposal being made of every row; each is made as it is asked for.
    """

    parts: tuple[tuple[Places, pa.Table, Kind], ...]

    @property
    def customers(self) -> list[int]:
        """The ids of those to whom something is proposed, each once, rising."""
        return _distinct([ids for ids, _table, _kind in self.parts])

    @property
    def products(self) -> list[int]:
        """The ids of what is proposed and of what it is proposed for."""
        told = [
            column.to_numpy()
            for _ids, table, _kind in self.parts
            for column in (table["product_id"], pc.list_flatten(table["because"]))
        ]
        return _distinct(told)

    def __iter__(self) -> Iterator[Proposal]:
        for ids, table, kind in self.parts:
            columns = (table[name].to_pylist() for name in COLUMNS)
            for customer, product, because, strength in zip(ids.tolist(), *columns, strict=True):
                yield Proposal(customer, product, tuple(because), strength, kind)


def hearers(pattern: Pattern, *, as_of: datetime) -> list[int]:
    """The ids of the customers whom this pattern is for, rising."""

    def found(whom: Customers, source: Lake) -> list[int]:
        parts = cross_sell(source, rules_of((pattern,)), until=shops_day(as_of), most=1)
        return _distinct([whom.ids[whom.known(part)[1]] for part in parts])

    return _once(pattern, found, as_of)


def reached(found: Report, *, as_of: datetime) -> list[int]:
    """The ids of the customers to whom `proposals` proposes something, rising."""
    return _once(found.run.pk, lambda *_: proposals(found, as_of=as_of).customers, as_of)


def _once(asked: Hashable, find: Callable[[Customers, Lake], list[int]], as_of: datetime) -> list[int]:
    """What was found when it was last asked, as long as the warehouse and who is on record are the same."""
    whom, source = Customers.on_record(as_of=as_of), lake()
    question, stand = (asked, shops_day(as_of)), (id(whom), source.stand)
    known = _answers.get(question)
    # the customers are held with the answer: nobody else can have their place in memory
    if known is None or known[0] != stand:
        known = (stand, whom, find(whom, source))
        if len(whom) >= MANY:
            while len(_answers) >= ANSWERS:
                _answers.pop(next(iter(_answers)), None)
            _answers[question] = known
    return known[2]


def to_each(ids: list[int], pattern: Pattern) -> Proposals:
    """One pattern as a proposal to each of these customers."""
    number = len(ids)
    rows = pa.table({
        "product_id": pa.array([pattern.product] * number, pa.int64()),
        "because": pa.array([list(pattern.because)] * number, pa.list_(pa.int64())),
        "strength": pa.array([pattern.low] * number, pa.float64()),
    })  # fmt: skip
    return Proposals(((np.asarray(ids, np.int64), rows, "cross"),))


def proposals(found: Report, *, as_of: datetime) -> Proposals:
    """At most five products that go with, then at most three that are the better one, for each customer."""
    whom, source, until = Customers.on_record(as_of=as_of), lake(), shops_day(as_of)
    told = _told(cross_sell(source, rules_of(found.together.patterns), until=until), whom, "cross")
    if found.following is not None:
        told += _told(up_sell(source, steps_of(found.following.patterns), until=until), whom, "up")
    return Proposals(tuple(told))


def _told(parts: Iterator[pa.Table], whom: Customers, kind: Kind) -> list[tuple[Places, pa.Table, Kind]]:
    kept = (whom.known(part) for part in parts)
    return [(whom.ids[places], rows.select(COLUMNS), kind) for rows, places, _strangers in kept]


def _distinct(parts: list[Places]) -> list[int]:
    return [int(one) for one in np.unique(np.concatenate(parts))] if parts else []
