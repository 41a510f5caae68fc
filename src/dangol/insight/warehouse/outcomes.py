"""Outcomes of a period for each customer, as campaigns are measured on."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake


def net_revenue_by_customer(lake: Lake, *, since: datetime, until: datetime) -> pa.Table:
    """Net revenue in minor units (returns subtracted) of lines at or after `since` and before `until`.

    Columns customer_key and amount, in order of the key; who bought nothing has no row.
    """
    lines = lake.of_customers("lines")
    lines = lines.filter(lines.at >= moment(since), lines.at < moment(until))
    sums = lines.group_by("customer_key").aggregate(amount=lines.amount.sum())
    return lake.arrow(sums.order_by("customer_key"))


def moment(at: datetime) -> Any:
    """An aware time as a literal the lake's `at` columns compare with: UTC, without a zone."""
    import ibis

    return ibis.literal(at.astimezone(UTC).replace(tzinfo=None))
