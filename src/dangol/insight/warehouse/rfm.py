"""RFM: days since the last purchase, purchases, net revenue, each in bins of like size by rank (measures.md §6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from dangol.insight.warehouse.purchases import net_days
from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import WrongUse

MEASURES = ("days_since_last", "purchase_count", "net_revenue")
SCORED = ("recency", "frequency", "monetary")
SCORES = 5
FEWEST, MOST = 3, 10


class BadBins(WrongUse):
    """So few bins tell nothing apart, so many tell noise."""


@dataclass(frozen=True)
class Rfm:
    """Scores of the customers with a purchase, and the customers without one.

    scored: customer_key, line, days_since_last (days), purchase_count (days with positive net revenue),
    net_revenue (minor units, all returns netted), and recency, frequency, monetary: 1 (worst) to `bins` (best).
    cuts: the lowest and highest value that got each score, kept with the run: measure, score, low, high, customers.
    without_purchase: customer_key and line of customers who never had a purchase.
    """

    scored: pa.Table
    cuts: pa.Table
    without_purchase: pa.Table


def rfm(lake: Lake, *, as_of: date, line: str | None = None, bins: int = SCORES, but: pa.Array | None = None) -> Rfm:
    """Score the purchases up to and including `as_of`; ties share a score. Every table in order of its keys.

    but: keys of customers who are neither scored nor counted among those who are better or worse. Raises BadBins.
    """
    if not FEWEST <= bins <= MOST:
        raise BadBins(
            _("RFM is scored in %(fewest)s to %(most)s steps, not in %(bins)s.")
            % {"fewest": FEWEST, "most": MOST, "bins": bins}
        )
    with _left_out(lake, but) as kept:
        scored = lake.arrow(_scored(kept(_measured(lake, as_of, line)), bins).order_by("customer_key"))
    return Rfm(scored, _cuts(scored), _without(lake, scored, line, but))


@contextmanager
def _left_out(lake: Lake, but: pa.Array | None) -> Iterator[Any]:
    """What takes those customers out of a table."""
    if but is None or not len(but):
        yield lambda table: table
        return
    with lake.given(pa.table({"customer_key": but})) as others:
        yield lambda table: table.anti_join(others, "customer_key").select(*table.columns)


def _measured(lake: Lake, as_of: date, line: str | None) -> Any:
    import ibis

    days = net_days(lake, as_of=as_of, line=line)
    bought = days.net > 0
    each = days.group_by("customer_key", "line").aggregate(
        purchase_count=days.day.count(where=bought), last_day=days.day.max(where=bought), net_revenue=days.net.sum()
    )
    each = each.filter(each.purchase_count > 0)
    return each.mutate(days_since_last=ibis.literal(as_of).delta(each.last_day, unit="day"))


def _scored(measured: Any, bins: int) -> Any:
    return measured.select(
        "customer_key",
        "line",
        *MEASURES,
        recency=_bin(measured, measured.days_since_last.desc(), bins),
        frequency=_bin(measured, measured.purchase_count, bins),
        monetary=_bin(measured, measured.net_revenue, bins),
    )


def _bin(measured: Any, order: Any, bins: int) -> Any:
    """1 to `bins` by the number of customers who are worse: equal values have equal ranks, so ties stay together."""
    import ibis

    worse = ibis.rank().over(order_by=order)
    everybody = measured.count().over()
    return (worse * bins // everybody + 1).cast("int64")


def _cuts(scored: pa.Table) -> pa.Table:
    parts = []
    for measure, score in zip(MEASURES, SCORED, strict=True):
        cut = scored.group_by(score).aggregate([(measure, "min"), (measure, "max"), ([], "count_all")])
        cut = cut.rename_columns(["score", "low", "high", "customers"]).sort_by("score")
        parts.append(cut.add_column(0, "measure", pa.array([measure] * cut.num_rows, pa.string())))
    return pa.concat_tables(parts)


def _without(lake: Lake, scored: pa.Table, line: str | None, but: pa.Array | None) -> pa.Table:
    customers = lake.table("customers")
    if line is not None:
        customers = customers.filter(customers.line == line)
    everybody = lake.arrow(customers.select("customer_key", "line").order_by("customer_key"))
    known = scored["customer_key"].combine_chunks()
    others = known if but is None else pa.concat_arrays([known, but.cast(known.type)])
    return everybody.filter(pc.invert(pc.is_in(everybody["customer_key"], others)))
