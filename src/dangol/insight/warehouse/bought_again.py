"""Of the customers who bought in the year up to a day a year ago, how many bought again since; by group."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.purchases import net_days
from dangol.insight.warehouse.queries import Lake

YEAR = timedelta(days=365)


def bought_again(lake: Lake, *, as_of: date) -> pa.Table:
    """line, unit_code ("" where there is none), among, again; in their order.

    among: customers with a purchase (a day with net revenue above 0, or with a use) within the 365 days up to a year
    before `as_of`; again: those of them with one in the 365 days up to `as_of`.
    """
    days = net_days(lake, as_of=as_of)
    days = days.filter(days.net > 0, days.day > as_of - 2 * YEAR)
    each = days.group_by("customer_key", "line").aggregate(
        before=days.count(where=days.day <= as_of - YEAR), since=days.count(where=days.day > as_of - YEAR)
    )
    active = with_units(lake, each.filter(each.before > 0))
    found = active.group_by("line", "unit_code").aggregate(
        among=active.count(), again=active.count(where=active.since > 0)
    )
    return lake.arrow(found.order_by("line", "unit_code"))


def with_units(lake: Lake, rows: Any) -> Any:
    """The rows with the shop or dealer of their customer, "" where there is none."""
    customers = lake.table("customers")
    units = customers.select("customer_key", unit_code=customers.unit_code.fill_null(""))
    return rows.inner_join(units, "customer_key")


def units_of_customers(lake: Lake) -> pa.Table:
    """The shop or dealer of everybody: customer_key, unit_code, in order of the key."""
    customers = lake.table("customers")
    told = customers.select("customer_key", unit_code=customers.unit_code.fill_null(""))
    return lake.arrow(told.order_by("customer_key"))
