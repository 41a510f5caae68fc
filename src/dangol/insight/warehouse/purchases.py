"""What buy-till-you-die models are fitted on: one row a customer of when and for how much they bought."""

from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake


def purchase_summary(lake: Lake, *, as_of: date, line: str | None = None) -> pa.Table:
    """Customers with a purchase on or before `as_of`, in order of their key.

    A purchase is a day of the shop on which the customer's net revenue is positive (returns of the day
    netted). Columns: customer_key; line; purchases (count of such days); x = purchases − 1; t_x = days from
    the first to the last purchase; T = days from the first purchase to `as_of`; mean_spend = net revenue
    of purchase days ÷ purchases, in minor units; first_day; last_day. `line` keeps one line of business.
    """
    days = net_days(lake, as_of=as_of, line=line)
    summary = summarised(days.filter(days.net > 0), as_of=as_of)
    return lake.arrow(summary.order_by("customer_key"))


def net_days(lake: Lake, *, as_of: date, line: str | None = None) -> Any:
    """Each customer's net revenue of each day with a line: customer_key, line, day, net (minor units)."""
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
