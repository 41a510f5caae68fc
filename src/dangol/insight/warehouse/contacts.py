"""How often we were in contact with customers: counted month by month, by what it was and by shop or dealer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.bought_again import with_units
from dangol.insight.warehouse.queries import Lake


def contacts_by_month(lake: Lake, *, since: date, as_of: date) -> pa.Table:
    """Contacts of customers between two days: month (year × 12 + month), unit_code, kind, direction, contacts."""
    met = lake.of_customers("interactions")
    met = met.filter(met.day >= since, met.day <= as_of)
    month = met.day.year().cast("int64") * 12 + met.day.month().cast("int64")
    rows = with_units(lake, met.select("customer_key", "kind", "direction", month=month))
    found = rows.group_by("month", "unit_code", "kind", "direction").aggregate(contacts=rows.count())
    return lake.arrow(found.order_by("month", "unit_code", "kind", "direction"))


def first_contacts(lake: Lake, *, as_of: date) -> pa.Table:
    """Since when each sort of contact is on record: kind, direction, first."""
    met = lake.of_customers("interactions")
    met = met.filter(met.day <= as_of)
    found = met.group_by("kind", "direction").aggregate(first=met.day.min())
    return lake.arrow(found.order_by("kind", "direction"))


def customers_by(lake: Lake, *, days: Sequence[date]) -> pa.Table:
    """Customers registered by each of these days, whoever has no such day among them: unit_code, by_0, by_1 …"""
    customers = lake.table("customers")
    told = customers.select(unit_code=customers.unit_code.fill_null(""), registered_on=customers.registered_on)
    counts: dict[str, Any] = {
        f"by_{place}": told.count(where=told.registered_on.isnull() | (told.registered_on <= day))
        for place, day in enumerate(days)
    }
    return lake.arrow(told.group_by("unit_code").aggregate(**counts).order_by("unit_code"))
