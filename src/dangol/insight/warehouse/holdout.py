"""A period held back: what was known on a day, and what the same customers then did until a later one."""

from collections.abc import Sequence
from datetime import date
from math import log
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.purchases import gap_logarithms, net_days, summarised
from dangol.insight.warehouse.queries import Lake


def held_back(lake: Lake, *, cut_off: date, until: date, half_lives: Sequence[int] = ()) -> pa.Table:
    """Customers with a purchase on or before `cut_off`, in order of their key; purchases as in `purchase_summary`.

    customer_key, line, first_day; x, t_x, T (days, as of `cut_off`); litt: sum of the natural logarithms of the days
    between purchases; held: purchases after `cut_off` until `until`; previous: purchases in as many days up to
    `cut_off`, the customer's first among them. For each half-life of h days faded_h, faded_before_h: all purchases
    until `cut_off`, or until the beginning of the period `previous` counts, each as 2^-(days since / h).
    """
    days = _purchase_days(lake, until)
    before, start = days.filter(days.day <= cut_off), cut_off - (until - cut_off)
    summary = summarised(before, as_of=cut_off).select("customer_key", "line", "first_day", "x", "t_x", "T")
    counts = days.group_by("customer_key").aggregate(
        held=days.count(where=days.day > cut_off),
        previous=days.count(where=(days.day > start) & (days.day <= cut_off)),
        **{f"faded_{h}": _faded(days, cut_off, h) for h in half_lives},
        **{f"faded_before_{h}": _faded(days, start, h) for h in half_lives},
    )
    found = summary.inner_join(counts, "customer_key").inner_join(gap_logarithms(before), "customer_key")
    return lake.arrow(found.order_by("customer_key"))


def days_held_back(lake: Lake, *, cut_off: date, until: date) -> pa.Table:
    """Each purchase after `cut_off` until `until`: customer_key and day, in their order."""
    days = _purchase_days(lake, until)
    later = days.filter(days.day > cut_off).select("customer_key", "day")
    return lake.arrow(later.order_by("customer_key", "day"))


def repeat_purchases(lake: Lake, *, began_by: date, since: date | None = None, until: date) -> pa.Table:
    """Repeat purchases a day, until `until`, of the customers who first bought on or before `began_by`.

    line, day, purchases, in order of line and day; with `since` only those after it. A first purchase is none.
    """
    days = _purchase_days(lake, until)
    firsts = days.group_by("customer_key").aggregate(first_day=days.day.min())
    again = days.inner_join(firsts, "customer_key")
    again = again.filter(again.first_day <= began_by, again.day > again.first_day)
    if since is not None:
        again = again.filter(again.day > since)
    return lake.arrow(again.group_by("line", "day").aggregate(purchases=again.count()).order_by("line", "day"))


def first_and_last_purchase(lake: Lake, *, as_of: date) -> tuple[date, date] | None:
    """The days between which purchases are known, or None where there are none."""
    days = _purchase_days(lake, as_of)
    (found,) = lake.arrow(days.aggregate(first=days.day.min(), last=days.day.max())).to_pylist()
    return (found["first"], found["last"]) if found["first"] else None


def _purchase_days(lake: Lake, until: date) -> Any:
    days = net_days(lake, as_of=until)
    return days.filter(days.net > 0)


def _faded(days: Any, as_of: date, half_life: int) -> Any:
    """Sum of 2^-(days since / half-life) over the purchases until `as_of`."""
    import ibis

    since = ibis.literal(as_of).delta(days.day, unit="day").cast("float64")
    return (since * (-log(2) / half_life)).exp().sum(where=days.day <= as_of).fill_null(0.0)
