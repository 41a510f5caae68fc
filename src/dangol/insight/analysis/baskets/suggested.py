"""One product for each customer: the strongest that goes with what they still buy, else what is bought most of their
favourite category; never anything they had.

Who objects to decisions by a program, children for whom nobody agreed, and who does not buy (`who_counts`) get none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from dangol.insight.analysis.baskets.report import Report, last_report
from dangol.insight.analysis.baskets.whom import proposals
from dangol.insight.analysis.who_counts import Customers, shops_day, stand_of_records
from dangol.insight.warehouse.favourites import favourites
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.versions import NoLake

type Ids = npt.NDArray[np.int64]

_kept: dict[str, tuple[Any, Suggested]] = {}


@dataclass(frozen=True)
class Suggested:
    """customers: ids, rising; products: the id suggested to each."""

    customers: Ids
    products: Ids

    def of(self, customers: Ids) -> Mapping[int, int]:
        """What is suggested to these, by customer; who is not in it gets nothing."""
        if not len(self.customers):
            return {}
        at = np.searchsorted(self.customers, customers).clip(max=len(self.customers) - 1)
        known = self.customers[at] == customers
        return dict(zip(customers[known].tolist(), self.products[at[known]].tolist(), strict=True))


def suggested(*, as_of: datetime) -> Suggested:
    """What is suggested to everybody; nothing before the warehouse was filled. Kept in this process as long as the
    warehouse, what was found to go together and the records are the same: a page asks for each letter that is typed.
    """
    try:
        source = lake()
    except NoLake:
        return Suggested(*np.zeros((2, 0), dtype=np.int64))
    report = last_report()
    if connection.in_atomic_block:  # PostgreSQL tells no stand for what a transaction wrote itself
        return _looked_for(report, as_of)
    stand = (stand_of_records(), source.stand, shops_day(as_of), report.run.pk if report else None)
    known = _kept.get("last")
    if known is None or known[0] != stand:
        known = _kept["last"] = (stand, _looked_for(report, as_of))
    return known[1]


def _looked_for(report: Report | None, as_of: datetime) -> Suggested:
    whom = Customers.on_record(as_of=as_of)
    popular, places, _strangers = whom.known(favourites(lake(), until=shops_day(as_of)))
    ids, products = [whom.ids[places]], [popular["product_id"].to_numpy().astype(np.int64)]
    strength = [np.full(len(places), -1.0)]
    for who, rows, kind in proposals(report, as_of=as_of).parts if report else ():
        if kind != "cross":
            continue
        ids.append(who)
        products.append(rows["product_id"].to_numpy().astype(np.int64))
        strength.append(rows["strength"].to_numpy())
    who, what, strong = (np.concatenate(parts) for parts in (ids, products, strength))
    order = np.lexsort((what, -strong, who))
    customers, first = np.unique(who[order], return_index=True)
    return Suggested(customers.astype(np.int64), what[order][first].astype(np.int64))
