"""Outcomes of a period for each customer, as campaigns are measured on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses


def net_revenue_by_customer(lake: Lake, *, since: datetime, until: datetime) -> pa.Table:
    """Net revenue in minor units (returns subtracted) of lines at or after `since` and before `until`.

    Columns customer_key and amount, in order of the key; who bought nothing has no row. Where the lake is counted in
    uses, how many there were.
    """
    import ibis

    lines = lake.of_customers("lines")
    if lake.by_use:
        # A day more than UTC tells: where the shop lives it may be the next one already.
        found = uses(lake, as_of=until.astimezone(UTC).date() + timedelta(days=1))
        lines = found.mutate(amount=ibis.literal(1, "int64"))
    lines = lines.filter(lines.at >= moment(since), lines.at < moment(until))
    sums = lines.group_by("customer_key").aggregate(amount=lines.amount.sum())
    return lake.arrow(sums.order_by("customer_key"))


def moment(at: datetime) -> Any:
    """An aware time as a literal the lake's `at` columns compare with: UTC, without a zone."""
    import ibis

    return ibis.literal(at.astimezone(UTC).replace(tzinfo=None))
