"""Which products fit which customer, by reasons that are given: "who still buys all of these, and never had that".

What a customer still buys: something they paid for within the last `lately` days, did not bring back since, and have
not fallen silent on. Bought on three days or more, it counts as stopped once they have gone without it for longer than
three times their own mean gap: of people who buy at random times, one in twenty is silent for so long (e⁻³). Brought
back is a day with a return on which no more was bought than returned.

What is never proposed: whatever they have had at all, so neither what they stopped nor what they returned, even where
only the return is on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

PART = 4_000_000  # lines of the customers asked about at once
SILENT = 3  # times the mean gap
RHYTHM = 3  # days from which on there is a mean gap


def proposals(
    lake: Lake, *, reasons: pa.Table, until: date, most: int, lately: int = 365, line: str | None = None
) -> Iterator[pa.Table]:
    """For each customer at most `most` products, customers in parts so that memory is that of one part.

    reasons: because (lists of product ids, all still bought), product (the id proposed), the strongest reason first.
    Columns: customer_key, product_id, reason (the row of `reasons`, the strongest that holds), place (1, 2, …), in
    order of customer and place within a part.
    """
    needs, offers = _laid_out(reasons)
    parts = max(1, -(-lake.rows("lines") // PART))
    with lake.given(needs) as wanted, lake.given(offers) as offered:
        for part in range(parts):
            with lake.kept(_had(lake, until, lately, line, parts, part)) as had:
                yield lake.arrow(_proposed(had, wanted, offered, most))


def goods(lake: Lake, *, until: date, lately: int = 365) -> pa.Table:
    """What was sold within the last `lately` days: product_id, category, price (minor units paid for one), last_day.

    The price is what was paid on the whole for one piece, by lines with an amount and a quantity above 0.
    """
    lines = lake.table("lines")
    lines = lines.filter(
        lines.day > until - timedelta(days=lately), lines.day <= until, lines.amount > 0, lines.quantity > 0
    )
    sold = lines.group_by("product_id").aggregate(
        price=lines.amount.sum().cast("float64") / lines.quantity.sum().cast("float64"), last_day=lines.day.max()
    )
    sold = sold.inner_join(lake.table("products"), "product_id")
    return lake.arrow(sold.select("product_id", "category", "price", "last_day").order_by("product_id"))


def _laid_out(reasons: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The reasons as rows for the engine: each product that one needs; what each proposes."""
    numbers = pa.array(range(reasons.num_rows), pa.int32())
    because = reasons["because"].combine_chunks()
    sizes = because.value_lengths()
    parents = because.value_parent_indices()
    needs = {"reason": numbers.take(parents), "product": because.flatten(), "size": sizes.take(parents)}
    return pa.table(needs), pa.table({"reason": numbers, "offered": reasons["product"].combine_chunks()})


def _had(lake: Lake, until: date, lately: int, line: str | None, parts: int, part: int) -> Any:
    """A row for each product that a customer of this part has had to do with: customer, product, still (bought)."""
    import ibis

    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= until, lines.product_id.notnull())
    if line is not None:
        lines = lines.filter(lines.line == line)
    if parts > 1:
        lines = lines.filter((lines.customer_key % parts + parts) % parts == part)
    days = lines.group_by(customer=lines.customer_key, product=lines.product_id, day=lines.day).aggregate(
        paid=lines.amount.sum(), least=lines.amount.min()
    )
    bought, back = days.paid > 0, (days.paid <= 0) & (days.least < 0)
    each = days.group_by("customer", "product").aggregate(
        times=days.count(where=bought),
        first=days.day.min(where=bought),
        last=days.day.max(where=bought),
        returned=days.day.max(where=back),
    )
    silent = ibis.literal(until).delta(each["last"], unit="day")
    rhythm = each["last"].delta(each["first"], unit="day")
    still = (
        (each.times > 0)
        & (each.returned.isnull() | (each.returned < each["last"]))
        & (silent < lately)
        & ((each.times < RHYTHM) | (silent * (each.times - 1) <= rhythm * SILENT))
    )
    return each.select("customer", "product", still=still.fill_null(False))


def _proposed(had: Any, wanted: Any, offered: Any, most: int) -> Any:
    """The strongest reason of each product for each customer; what they had is taken out; the strongest come first."""
    import ibis

    met = had.filter(had.still).inner_join(wanted, "product")
    alone = met.filter(met["size"] == 1).select("customer", "reason")
    several = met.filter(met["size"] > 1).group_by("customer", "reason", "size").aggregate(found=ibis._.count())
    several = several.filter(several.found == several["size"]).select("customer", "reason")
    fitting = alone.union(several).inner_join(offered, "reason")
    best = fitting.group_by("customer", "offered").aggregate(reason=fitting.reason.min())
    new = best.anti_join(had, [best.customer == had.customer, best.offered == had["product"]])
    place = ibis.row_number().over(ibis.window(group_by="customer", order_by=["reason", "offered"])) + 1
    ranked = new.mutate(place=place)
    ranked = ranked.filter(ranked.place <= most)
    return ranked.select(
        customer_key="customer", product_id="offered", reason="reason", place="place"
    ).order_by("customer_key", "place")  # fmt: skip
