"""Whom a pattern is for: who still buys the first and never had the second, of those whom a program may judge.

Who objects to decisions by a program, children for whom nobody agreed, and who does not buy (`who_counts`) stand on no
list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.insight.analysis.baskets.lists import cross_sell, up_sell
from dangol.insight.analysis.baskets.report import Pattern, Report, rules_of, steps_of
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.queries import lake

COLUMNS = ["product_id", "because", "strength"]

type Kind = Literal["cross", "up"]
type Places = npt.NDArray[np.int64]


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
    whom = Customers.on_record(as_of=as_of)
    parts = cross_sell(lake(), rules_of((pattern,)), until=shops_day(as_of), most=1)
    return _distinct([whom.ids[whom.known(part)[1]] for part in parts])


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
