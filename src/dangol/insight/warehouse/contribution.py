"""What each customer bought and was given in the year up to a day, whole and by category of goods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import months_of_use, uses_by_class

YEAR = 365
MONTHS = 12
REFERRAL = "referral"  # the kind of an inward contact in which a customer brought somebody along


def contribution_by_customer(lake: Lake, *, as_of: date) -> pa.Table:
    """One row for each customer with a sale, points, a gift or a referral in the last 365 days, in order of their key.

    Columns: customer_key; revenue (net), points (granted − expired), gifts (at cost, and waived fees), all in minor
    units; months (of the last twelve stretches of 365 ÷ 12 days, those with a purchase); referrals. A purchase is a day
    of the shop on which the customer's net revenue is positive. Nothing is stretched to a year. Where the lake is
    counted in uses, revenue is uses, months are those with a use, and points and gifts, being money, are left out.
    """
    import ibis

    parts = [_bought(lake, as_of), _points(lake, as_of), _met(lake, as_of)]
    if lake.by_use:
        brought = _met(lake, as_of)
        parts = [months_of_use(lake, as_of=as_of), brought.filter(brought.referrals > 0).drop("gifts")]
    names = ["revenue", "months", "points", "gifts", "referrals"]
    rows = [
        part.select(
            "customer_key", **{name: part[name] if name in part.columns else ibis.literal(0, "int64") for name in names}
        )
        for part in parts
    ]
    every = ibis.union(*rows)
    table = every.group_by("customer_key").aggregate(**{name: every[name].sum().cast("int64") for name in names})
    return lake.arrow(table.order_by("customer_key"))


def revenue_by_category(lake: Lake, *, as_of: date) -> pa.Table:
    """Net revenue of the last 365 days of each customer in each category: category, customer_key, revenue.

    In order of category and key; goods without a category have "". Where the lake is counted in uses: loans by class.
    """
    if lake.by_use:
        return uses_by_class(lake, as_of=as_of)
    lines = _year(lake, "lines", as_of)
    goods = lake.table("products").select("product_id", "category")
    sold = lines.left_join(goods, "product_id").drop("product_id_right")
    sold = sold.mutate(category=sold.category.fill_null(""))
    table = sold.group_by("category", "customer_key").aggregate(revenue=sold.amount.sum().cast("int64"))
    return lake.arrow(table.order_by("category", "customer_key"))


def _bought(lake: Lake, as_of: date) -> Any:
    import ibis

    lines = _year(lake, "lines", as_of)
    days = lines.group_by("customer_key", "day").aggregate(net=lines.amount.sum())
    ago = ibis.literal(as_of).delta(days.day, unit="day") * MONTHS
    days = days.mutate(month=((ago - ago % YEAR) / YEAR).cast("int64"))
    each = days.group_by("customer_key", "month").aggregate(net=days.net.sum(), bought=(days.net > 0).sum())
    return each.group_by("customer_key").aggregate(
        revenue=each.net.sum().cast("int64"), months=(each.bought > 0).sum().cast("int64")
    )


def _points(lake: Lake, as_of: date) -> Any:
    import ibis

    points = _year(lake, "points", as_of)
    given = ibis.cases(
        (points.kind == "granted", points.amount), (points.kind == "expired", -points.amount), else_=0
    )  # fmt: skip
    return points.group_by("customer_key").aggregate(points=given.sum().cast("int64"))


def _met(lake: Lake, as_of: date) -> Any:
    met = _year(lake, "interactions", as_of)
    brought = ((met.kind == REFERRAL) & (met.direction == "in")).cast("int64")
    table = met.group_by("customer_key").aggregate(
        gifts=met.worth.sum().fill_null(0).cast("int64"), referrals=brought.sum().cast("int64")
    )
    return table.filter((table.gifts != 0) | (table.referrals != 0))


def _year(lake: Lake, fact: str, as_of: date) -> Any:
    table = lake.of_customers(fact)
    return table.filter(table.day > as_of - timedelta(days=YEAR), table.day <= as_of)
