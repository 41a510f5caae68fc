"""How each customer buys: how lately, how often, how much, with discounts or without, over their last year with us."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses

YEAR = 365
QUARTERS = 4
QUARTER = 91


def habits(lake: Lake, *, as_of: date) -> pa.Table:
    """One row for each customer with a purchase on or before `as_of`, in order of their key.

    A purchase is a day of the shop on which the customer's net revenue is positive (returns of the day netted).
    Columns: customer_key; line; purchases_ever, revenue_ever; first_day, last_day; days_since_first, days_since_last;
    of the last 365 days: purchases, revenue (net, minor units), off (discounts given), off_days (purchases with a
    discount), off_revenue (net revenue of those), quarters (of the last four stretches of 91 days, those with a
    purchase).
    """
    import ibis

    days = _days(lake, as_of)
    bought, year = days.net > 0, ibis.literal(as_of).delta(days.day, unit="day") < YEAR
    ago = (ibis.literal(as_of).delta(days.day, unit="day") / QUARTER).floor().cast("int64")
    off = bought & year & (days.off > 0)
    each = days.group_by("customer_key", "line").aggregate(
        purchases_ever=days.count(where=bought), revenue_ever=days.net.sum(),
        first_day=days.day.min(where=bought), last_day=days.day.max(where=bought),
        purchases=days.count(where=bought & year), revenue=days.net.sum(where=year), off=days.off.sum(where=year),
        off_days=days.count(where=off), off_revenue=days.net.sum(where=off),
        **{f"in_{number}": days.count(where=bought & (ago == number)) for number in range(QUARTERS)},
    )  # fmt: skip
    each = each.filter(each.purchases_ever > 0)
    table = each.select(
        "customer_key", "line", "purchases_ever", "revenue_ever", "first_day", "last_day", "purchases",
        days_since_first=ibis.literal(as_of).delta(each.first_day, unit="day"),
        days_since_last=ibis.literal(as_of).delta(each.last_day, unit="day"),
        revenue=each.revenue.fill_null(0), off=each.off.fill_null(0), off_days=each.off_days,
        off_revenue=each.off_revenue.fill_null(0),
        quarters=sum((each[f"in_{number}"] > 0).cast("int64") for number in range(QUARTERS)),
    )  # fmt: skip
    return lake.arrow(table.order_by("customer_key"))


def since_when(lake: Lake, *, as_of: date) -> date | None:
    """The first day of which sales are on record; uses, where the lake is counted in them."""
    lines = uses(lake, as_of=as_of) if lake.by_use else lake.table("lines")
    asked = lines.filter(lines.day <= as_of).aggregate(first=lines.day.min())
    first: date | None = lake.arrow(asked)["first"][0].as_py()
    return first


def _days(lake: Lake, as_of: date) -> Any:
    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= as_of)
    given = lines.price_discount + lines.coupon_discount + lines.match_discount
    return lines.mutate(given=given).group_by("customer_key", "line", "day").aggregate(
        net=lines.amount.sum(), off=given.sum()
    )  # fmt: skip


class Described:
    """Groups of customers, to be asked what they buy, where and what they say: each in their own last year with us.

    Their last year ends with the last purchase, so that those who stopped are described by what they bought while they
    still did, as everybody else is.
    """

    def __init__(self, lake: Lake, members: Any, as_of: date) -> None:
        self._lake, self._members, self._as_of = lake, members, as_of

    def categories(self) -> pa.Table:
        """Customers of each group who paid for something of each category: member_of, category, customers."""
        lines = self._lines()
        sold = lines.inner_join(self._lake.table("products"), "product_id")
        sold = sold.filter((sold.category != "") & (sold.amount > 0))
        found = sold.group_by("member_of", "category").aggregate(customers=sold.customer_key.nunique())
        return self._lake.arrow(found.order_by("member_of", "category"))

    def channels(self) -> pa.Table:
        """Customers of each group who bought by each channel of sale: member_of, channel, customers."""
        lines = self._lines()
        lines = lines.filter((lines.channel != "") & (lines.amount > 0))
        found = lines.group_by("member_of", "channel").aggregate(customers=lines.customer_key.nunique())
        return self._lake.arrow(found.order_by("member_of", "channel"))

    def sums(self) -> pa.Table:
        """Of each group: member_of, customers, purchases, revenue, off, off_days, returned (customers who did)."""
        lines = self._lines()
        given = lines.price_discount + lines.coupon_discount + lines.match_discount
        lines = lines.mutate(given=given, back=(lines.amount < 0).cast("int64"))
        days = lines.group_by("member_of", "customer_key", "day").aggregate(
            net=lines.amount.sum(), given=lines.given.sum(), back=lines.back.max()
        )
        each = days.group_by("member_of", "customer_key").aggregate(
            purchases=days.count(where=days.net > 0), revenue=days.net.sum(), given=days.given.sum(),
            given_days=days.count(where=(days.net > 0) & (days.given > 0)), back=days.back.max(),
        )  # fmt: skip
        found = each.group_by("member_of").aggregate(
            customers=each.count(), purchases=each.purchases.sum(), revenue=each.revenue.sum(), off=each.given.sum(),
            off_days=each.given_days.sum(), returned=each.back.sum(),
        )  # fmt: skip
        return self._lake.arrow(found.order_by("member_of"))

    def said(self) -> pa.Table:
        """Who turned to the shop and how, from a year before their last purchase until today: customer_key, kind."""
        met = self._lake.of_customers("interactions")
        met = met.filter((met.day <= self._as_of) & (met.direction == "in"))
        met = met.inner_join(self._members, "customer_key")
        met = met.filter(met["last_day"].delta(met.day, unit="day") < YEAR)
        # Spark keeps what is alike of a distinct selection that is sorted: grouping does not.
        found = met.group_by("customer_key", "kind").aggregate(times=met.count())
        return self._lake.arrow(found.select("customer_key", "kind").order_by("customer_key", "kind"))

    def _lines(self) -> Any:
        lines = self._lake.of_customers("lines")
        lines = lines.filter(lines.day <= self._as_of).inner_join(self._members, "customer_key")
        return lines.filter(lines["last_day"].delta(lines.day, unit="day") < YEAR)


@contextmanager
def described(lake: Lake, members: pa.Table, *, as_of: date) -> Iterator[Described]:
    """Ask about groups: members has customer_key, last_day and member_of (a word); somebody may be in several."""
    with lake.given(members) as given:
        yield Described(lake, given, as_of)
