"""What came before and after: tables of customers' days of purchase. Such a day has net revenue above 0."""

from __future__ import annotations

from typing import Any

from dangol.insight.warehouse.metrics.sources import MADE, last_day
from dangol.insight.warehouse.queries import Lake

YEAR = 365  # days; who has not bought for so long is asleep
NEW, REACTIVATED, LAPSED = "new", "reactivated", "lapsed"


def firsts(lake: Lake) -> Any:
    """Each customer who ever bought: customer_key, first_day."""
    days = days_of_purchase(lake)
    return days.group_by("customer_key").aggregate(first_day=days.day.min())


def purchases(lake: Lake) -> Any:
    """Every day of purchase: customer_key, day, net (minor units), first_day; gap, next_gap: days since the one before
    and until the next, null where there is none; seen: days the lake knows of since.
    """
    import ibis

    days = days_of_purchase(lake)
    order = ibis.window(group_by="customer_key", order_by="day")
    days = days.mutate(
        before=days.day.lag().over(order),
        after=days.day.lead().over(order),
        first_day=days.day.min().over(ibis.window(group_by="customer_key")),
    )
    return days.select(
        "customer_key", "day", "net", "first_day", gap=days.day.delta(days.before, unit="day"),
        next_gap=days.after.delta(days.day, unit="day"),
        seen=ibis.literal(last_day(lake)).delta(days.day, unit="day"),
    )  # fmt: skip


def turns(lake: Lake) -> Any:
    """When customers came and went: customer_key, day, turn (new, reactivated, lapsed), change (1, 1, −1).

    Lapsed is who has not bought for a year, on the last day of it; reactivated, who buys after that.
    """
    import ibis

    each = purchases(lake)
    came = each.filter(each.gap.isnull() | (each.gap > YEAR))
    turn = ibis.ifelse(came.gap.isnull(), NEW, REACTIVATED)
    went = asleep(each)
    return came.select("customer_key", "day", turn=turn, change=ibis.literal(1, "int64")).union(
        went.select("customer_key", day=went.since, turn=ibis.literal(LAPSED), change=ibis.literal(-1, "int64"))
    )


def asleep(each: Any) -> Any:
    """The times in which customers had not bought for a year: customer_key, since, day (of the purchase before),
    next_gap (days from that to the next one, null where there is none).
    """
    import ibis

    went = each.filter((each.next_gap > YEAR) | (each.next_gap.isnull() & (each.seen >= YEAR)))
    return went.select(
        "customer_key", "next_gap", "day", since=(went.day.cast("timestamp") + ibis.interval(days=YEAR)).cast("date")
    )


def days_of_purchase(lake: Lake) -> Any:
    """Each day of purchase: customer_key, day, net (minor units)."""
    lines = lake.of_customers("lines")
    days = lines.group_by("customer_key", "day").aggregate(net=lines.amount.sum().cast("int64"))
    return days.filter(days.net > 0)


def registrations(lake: Lake) -> Any:
    """Every customer to whom something can be told to belong: customer_key, day (of registration)."""
    people = lake.table("customers").semi_join(lake.table("identities"), "customer_key")
    return people.select("customer_key", day=people.registered_on)


MADE.update({"purchases": purchases, "turns": turns, "registrations": registrations})
