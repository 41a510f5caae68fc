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
import pyarrow as pa

from dangol.insight.analysis.baskets.lists import cross_sell, up_sell
from dangol.insight.analysis.baskets.report import Pattern, Report, rules_of, steps_of
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.queries import lake

type Kind = Literal["cross", "up"]


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


def hearers(pattern: Pattern, *, as_of: datetime) -> list[int]:
    """The ids of the customers whom this pattern is for, rising."""
    whom = Customers.on_record(as_of=as_of)
    parts = cross_sell(lake(), rules_of((pattern,)), until=shops_day(as_of), most=1)
    found = [whom.ids[whom.known(part)[1]] for part in parts]
    return sorted(np.concatenate(found).tolist()) if found else []


def proposals(found: Report, *, as_of: datetime) -> Iterator[Proposal]:
    """At most five products that go with, then at most three that are the better one, for each customer."""
    whom, source, until = Customers.on_record(as_of=as_of), lake(), shops_day(as_of)
    yield from _told(cross_sell(source, rules_of(found.together.patterns), until=until), whom, "cross")
    if found.following is not None:
        yield from _told(up_sell(source, steps_of(found.following.patterns), until=until), whom, "up")


def _told(parts: Iterator[pa.Table], whom: Customers, kind: Kind) -> Iterator[Proposal]:
    for part in parts:
        kept, places, _strangers = whom.known(part)
        columns = (kept[name].to_pylist() for name in ("product_id", "because", "strength"))
        for customer, product, because, strength in zip(whom.ids[places].tolist(), *columns, strict=True):
            yield Proposal(customer, product, tuple(because), strength, kind)
