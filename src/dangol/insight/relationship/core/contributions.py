"""What every customer brought in and cost in the last year, in columns that line up.

Profit is a contribution: net revenue at the margin rate of the business (costs of goods are not on record, so it is an
assumption and said to be one), less what was given on top: points granted and not expired, gifts and waived fees. Who
returned or was given more than they brought in is below zero, and stays there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.names import EQUITY
from dangol.insight.relationship.observed import numbers
from dangol.insight.relationship.parts import parts_of_everybody
from dangol.insight.warehouse.contribution import contribution_by_customer, revenue_by_category
from dangol.insight.warehouse.queries import Lake

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Contributions:
    """One entry a customer; money in minor units, 0 where nothing happened. here: with a sale, points or a gift."""

    customers: Customers
    here: Marks
    revenue: Array
    points: Array
    gifts: Array
    months: Array
    referrals: Array
    margin_rate: float

    @property
    def goods(self) -> Array:
        """What the goods cost, by the assumed margin rate."""
        return self.revenue * (1 - self.margin_rate)

    @property
    def contribution(self) -> Array:
        """What is left of the revenue."""
        return self.revenue * self.margin_rate - self.points - self.gifts


@dataclass(frozen=True)
class InCategory:
    """One category: who of its customers stands where, and their net revenue in it."""

    category: str
    at: npt.NDArray[np.intp]
    revenue: Array


def contributions(lake: Lake, customers: Customers, *, as_of: date, margin_rate: float) -> Contributions:
    """Read the warehouse as of a day."""
    rows, at, _strangers = customers.known(contribution_by_customer(lake, as_of=as_of))
    here = np.zeros(len(customers), bool)
    names = ("revenue", "points", "gifts", "months", "referrals")
    told = {name: np.nan_to_num(customers.spread(numbers(rows, name), at)) for name in names}
    here[at] = True
    here &= (told["revenue"] != 0) | (told["points"] != 0) | (told["gifts"] != 0) | (told["months"] > 0)
    return Contributions(customers, here, **told, margin_rate=margin_rate)


def in_categories(lake: Lake, customers: Customers, *, as_of: date) -> list[InCategory]:
    """What customers bought in each category of goods."""
    rows, at, _strangers = customers.known(revenue_by_category(lake, as_of=as_of))
    told = rows["category"].cast(pa.string()).combine_chunks().dictionary_encode()
    codes, revenue = told.indices.to_numpy(), numbers(rows, "revenue")
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.searchsorted(codes[order], np.arange(1, len(told.dictionary))))
    found = [
        InCategory(name, at[part], revenue[part])
        for name, part in zip(told.dictionary.to_pylist(), parts, strict=False)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.category)


def equities(customers: Customers, run: Run | None) -> Array:
    """Equity of each by a valuation, NaN where it is not known."""
    known = np.full(len(customers), np.nan)
    if run is not None:
        ids, told = parts_of_everybody(run, (EQUITY,))
        at = customers.places_of(ids)
        known[at[at >= 0]] = told[EQUITY][at >= 0]
    return known


def first_days(lake: Lake, customers: Customers, *, as_of: date) -> tuple[Marks, npt.NDArray[np.datetime64]]:
    """Who ever bought, and the day of the first purchase of each of them in order."""
    from dangol.insight.warehouse.purchases import purchase_summary

    rows, at, _strangers = customers.known(purchase_summary(lake, as_of=as_of))
    ever = np.zeros(len(customers), bool)
    ever[at] = True
    first = rows["first_day"].to_numpy()
    return ever, first[np.argsort(at)]


def last_days(lake: Lake, customers: Customers, *, as_of: date) -> tuple[Marks, pa.Array, int]:
    """Who ever bought, the day of the last purchase of each of them in order, and the days that sales are on record."""
    from dangol.insight.warehouse.habits import since_when
    from dangol.insight.warehouse.purchases import purchase_summary

    rows, at, _strangers = customers.known(purchase_summary(lake, as_of=as_of))
    ever = np.zeros(len(customers), bool)
    ever[at] = True
    first = since_when(lake, as_of=as_of)
    last = rows["last_day"].combine_chunks().take(pa.array(np.argsort(at)))
    return ever, last, (as_of - first).days + 1 if first else 0
