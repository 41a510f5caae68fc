"""RFM: days since the last purchase, purchases, net revenue, each in quintiles by rank (measures.md §6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.purchases import purchase_days
from dangol.insight.warehouse.queries import Lake

MEASURES = ("days_since_last", "purchase_count", "net_revenue")
SCORED = ("recency", "frequency", "monetary")
SCORES = 5


@dataclass(frozen=True)
class Rfm:
    """Quintiles of the customers with a purchase, and the customers without one.

    scored: customer_key, line, days_since_last (days), purchase_count (days with positive net revenue),
    net_revenue (minor units, all returns netted), and recency, frequency, monetary: 1 (worst) to 5 (best).
    cuts: the lowest and highest value that got each score, kept with the run: measure, score, low, high, customers.
    without_purchase: customer_key and line of customers who never had a purchase.
    """

    scored: pa.Table
    cuts: pa.Table
    without_purchase: pa.Table


def rfm(lake: Lake, *, as_of: date, line: str | None = None) -> Rfm:
    """Score the purchases up to and including `as_of`; ties share a score. Every table in order of its keys."""
    measured = _measured(lake, as_of, line)
    scored = lake.arrow(_scored(measured).order_by("customer_key"))
    without = lake.arrow(_without(lake, measured, line).order_by("customer_key"))
    return Rfm(scored, _cuts(scored), without)


def _measured(lake: Lake, as_of: date, line: str | None) -> Any:
    import ibis

    days = purchase_days(lake, as_of=as_of, line=line)
    bought = days.group_by("customer_key").aggregate(purchase_count=days.count(), last_day=days.day.max())
    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= as_of)
    revenue = lines.group_by("customer_key", "line").aggregate(net_revenue=lines.amount.sum())
    both = revenue.inner_join(bought, "customer_key")
    return both.select(
        "customer_key",
        "line",
        "purchase_count",
        "net_revenue",
        days_since_last=ibis.literal(as_of).delta(both.last_day, unit="day"),
    )


def _scored(measured: Any) -> Any:
    return measured.select(
        "customer_key",
        "line",
        *MEASURES,
        recency=_quintile(measured, measured.days_since_last.desc()),
        frequency=_quintile(measured, measured.purchase_count),
        monetary=_quintile(measured, measured.net_revenue),
    )


def _quintile(measured: Any, order: Any) -> Any:
    """1–5 by the number of customers who are worse: equal values have equal ranks, so ties stay together."""
    import ibis

    worse = ibis.rank().over(order_by=order)
    everybody = measured.count().over()
    return (worse * SCORES // everybody + 1).cast("int64")


def _cuts(scored: pa.Table) -> pa.Table:
    parts = []
    for measure, score in zip(MEASURES, SCORED, strict=True):
        cut = scored.group_by(score).aggregate([(measure, "min"), (measure, "max"), ([], "count_all")])
        cut = cut.rename_columns(["score", "low", "high", "customers"]).sort_by("score")
        parts.append(cut.add_column(0, "measure", pa.array([measure] * cut.num_rows, pa.string())))
    return pa.concat_tables(parts)


def _without(lake: Lake, measured: Any, line: str | None) -> Any:
    customers = lake.table("customers")
    if line is not None:
        customers = customers.filter(customers.line == line)
    return customers.anti_join(measured, "customer_key").select("customer_key", "line")
