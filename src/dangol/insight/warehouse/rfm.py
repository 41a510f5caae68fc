"""RFM: days since the last purchase, purchases, net revenue, each in quintiles by rank (measures.md §6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dangol.insight.warehouse.purchases import net_days
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
    scored = lake.arrow(_scored(_measured(lake, as_of, line)).order_by("customer_key"))
    return Rfm(scored, _cuts(scored), _without(lake, scored, line))


def _measured(lake: Lake, as_of: date, line: str | None) -> Any:
    import ibis

    days = net_days(lake, as_of=as_of, line=line)
    bought = days.net > 0
    each = days.group_by("customer_key", "line").aggregate(
        purchase_count=days.day.count(where=bought), last_day=days.day.max(where=bought), net_revenue=days.net.sum()
    )
    each = each.filter(each.purchase_count > 0)
    return each.mutate(days_since_last=ibis.literal(as_of).delta(each.last_day, unit="day"))


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


def _without(lake: Lake, scored: pa.Table, line: str | None) -> pa.Table:
    customers = lake.table("customers")
    if line is not None:
        customers = customers.filter(customers.line == line)
    everybody = lake.arrow(customers.select("customer_key", "line").order_by("customer_key"))
    return everybody.filter(pc.invert(pc.is_in(everybody["customer_key"], scored["customer_key"].combine_chunks())))
