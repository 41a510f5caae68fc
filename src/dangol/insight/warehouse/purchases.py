"""What buy-till-you-die models are fitted on: one row a customer of when and for how much they bought."""

from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import use_days


def purchase_summary(lake: Lake, *, as_of: date, line: str | None = None, gaps: bool = False) -> pa.Table:
    """Customers with a purchase on or before `as_of`, in order of their key.

    A purchase is a day of the shop on which the customer's net revenue is positive (returns of the day
    netted). Columns: customer_key; line; purchases (count of such days); x = purchases − 1; t_x = days from
    the first to the last purchase; T = days from the first purchase to `as_of`; mean_spend = net revenue
    of purchase days ÷ purchases, in minor units; first_day; last_day. `line` keeps one line of business; with `gaps`
    there is litt, too: the sum of the natural logarithms of the days between purchases, which models of regular buyers
    are learned from.
    """
    days = net_days(lake, as_of=as_of, line=line)
    days = days.filter(days.net > 0)
    summary = summarised(days, as_of=as_of)
    if gaps:
        summary = summary.inner_join(gap_logarithms(days), "customer_key")
    return lake.arrow(summary.order_by("customer_key"))


def net_days(lake: Lake, *, as_of: date, line: str | None = None) -> Any:
    """Each customer's net revenue of each day with a line: customer_key, line, day, net (minor units).

    Where the lake is counted in uses, days with a use and how many.
    """
    if lake.by_use:
        return use_days(lake, as_of=as_of, line=line)
    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= as_of)
    if line is not None:
        lines = lines.filter(lines.line == line)
    return lines.group_by("customer_key", "line", "day").aggregate(net=lines.amount.sum())


def summarised(days: Any, *, as_of: date) -> Any:
    """One row a customer of its purchase days."""
    import ibis

    each = days.group_by("customer_key", "line").aggregate(
        purchases=days.count(), spend=days.net.sum(), first_day=days.day.min(), last_day=days.day.max()
    )
    return each.select(
        "customer_key",
        "line",
        "purchases",
        x=each.purchases - 1,
        t_x=each.last_day.delta(each.first_day, unit="day"),
        T=ibis.literal(as_of).delta(each.first_day, unit="day"),
        mean_spend=each.spend / each.purchases,
        first_day=each.first_day,
        last_day=each.last_day,
    )


def gap_logarithms(days: Any) -> Any:
    """Sum of ln(days from the purchase before) of each customer; 0 for those who bought once."""
    import ibis

    window = ibis.window(group_by="customer_key", order_by="day")
    each = days.select("customer_key", "day", before=days.day.lag().over(window))
    gap = each.day.delta(each.before, unit="day").cast("float64")
    each = each.select("customer_key", logarithm=gap.ln())
    return each.group_by("customer_key").aggregate(litt=each.logarithm.sum().fill_null(0.0))
