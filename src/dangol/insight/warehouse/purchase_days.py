"""Every day on which a customer bought, in order: what a relationship's course is read from."""

from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.purchases import net_days
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses


def purchase_days(lake: Lake, *, as_of: date) -> pa.Table:
    """One row a customer and day with positive net revenue (returns of the day netted), in order of both.

    customer_key, day; net: revenue of the day in minor units; fresh: how many categories of goods the customer then
    paid for for the first time. Goods without a category add none. Nothing after `as_of` is looked at.
    """
    days = net_days(lake, as_of=as_of)
    days = days.filter(days.net > 0).select("customer_key", "day", "net")
    if lake.by_use:
        return lake.arrow(_with_first_classes(lake, days, as_of).order_by("customer_key", "day"))
    goods = lake.table("products").select("product_id", "category")
    sold = lake.of_customers("lines").inner_join(goods, "product_id")
    sold = sold.filter((sold.day <= as_of) & (sold.amount > 0) & (sold.category != ""))
    sold = sold.semi_join(days, ["customer_key", "day"])
    firsts = sold.group_by("customer_key", "category").aggregate(day=sold.day.min())
    fresh = firsts.group_by("customer_key", "day").aggregate(fresh=firsts.count())
    found = days.left_join(fresh, ["customer_key", "day"])
    found = found.select("customer_key", "day", "net", fresh=found.fresh.fill_null(0))
    return lake.arrow(found.order_by("customer_key", "day"))


def _with_first_classes(lake: Lake, days: Any, as_of: date) -> Any:
    """The same of uses: the first loan of a class is what a category bought for the first time is elsewhere."""
    lent = uses(lake, as_of=as_of)
    lent = lent.filter(lent.item_class != "")
    firsts = lent.group_by("customer_key", "item_class").aggregate(day=lent.day.min())
    fresh = firsts.group_by("customer_key", "day").aggregate(fresh=firsts.count())
    found = days.left_join(fresh, ["customer_key", "day"])
    return found.select("customer_key", "day", "net", fresh=found.fresh.fill_null(0))


def registered_days(lake: Lake) -> pa.Table:
    """The day from which each customer has been on record: customer_key, registered_on."""
    return lake.arrow(lake.table("customers").select("customer_key", "registered_on").order_by("customer_key"))
