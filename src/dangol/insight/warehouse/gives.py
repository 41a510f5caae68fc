"""What the relationship gave each customer and asked of them, in the year up to a day.

Amounts and counts are those of the last 365 days as they were observed. Where the business itself has been on
record for less, they are times 365 ÷ its days on record (fewer than 30 count as 30), the same for everybody:
a new customer's first coupon stays one coupon, since stretching it to a year would show a guess as measured.
Every customer has a row, in order of their key.
"""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

YEAR = 365
LEAST = 30  # days


def economic_by_customer(lake: Lake, *, as_of: date) -> pa.Table:
    """Money the customer received, minor units a year.

    Columns customer_key, line, price_discount, coupon_discount, match_discount, points_granted,
    points_expired, worth (gifts at cost, waived fees) and
    economic_value = the three discounts + granted − expired + worth.
    """
    bought, points, met = (_year(lake, fact, as_of) for fact in ("lines", "points", "interactions"))
    parts = [
        _sums(bought, **{name: bought[name] for name in ("price_discount", "coupon_discount", "match_discount")}),
        _sums(
            points,
            points_granted=_when(points.kind == "granted", points.amount),
            points_expired=_when(points.kind == "expired", points.amount),
        ),
        _sums(met, worth=met.worth),
    ]
    table = _yearly(lake, parts, as_of)
    received = table.price_discount + table.coupon_discount + table.match_discount + table.worth
    table = table.mutate(economic_value=received + table.points_granted - table.points_expired)
    return lake.arrow(table.order_by("customer_key"))


def cost_by_customer(lake: Lake, *, as_of: date) -> pa.Table:
    """What the customer paid beyond the price, a year; the relationship weighs the parts.

    Columns customer_key, line, fees (delivery and membership, minor units), returned (minor units taken
    back), returns (receipts with a returned line), minutes (own time in inward and outward contacts),
    contacts (inward), complaints, late_deliveries.
    """
    bought, met = (_year(lake, fact, as_of) for fact in ("lines", "interactions"))
    parts = [
        _sums(bought, fees=bought.fee, returned=_when(bought.amount < 0, -bought.amount)),
        bought.group_by("customer_key").aggregate(returns=bought.receipt_id.nunique(where=bought.amount < 0)),
        _sums(
            met,
            minutes=met.minutes,
            contacts=_when(met.direction == "in", 1),
            complaints=_when(met.kind == "complaint", 1),
            late_deliveries=_when(met.kind == "late_delivery", 1),
        ),
    ]
    return lake.arrow(_yearly(lake, parts, as_of).order_by("customer_key"))


def answers_by_customer(lake: Lake, *, as_of: date) -> pa.Table:
    """What the customer answered in the year, per dimension, each answer as its place 0–1 on its scale.

    Columns customer_key, line, dimension, mean, n (answers), variance (of a sample; null for one answer),
    last_day; in order of customer_key and dimension. Only who answered has rows. Not scaled to a year.
    """
    import ibis

    answers = _year(lake, "answers", as_of)
    span = answers.scale_max - answers.scale_min
    answers = answers.mutate(place=(answers.score - answers.scale_min) / span.nullif(0))
    table = answers.group_by("customer_key", "line", "dimension").aggregate(
        mean=answers.place.mean(),
        n=answers.place.count(),
        variance=ibis.ifelse(answers.place.count() > 1, answers.place.var(how="sample"), None),
        last_day=answers.day.max(),
    )
    return lake.arrow(table.order_by("customer_key", "dimension"))


def _year(lake: Lake, fact: str, as_of: date) -> Any:
    table = lake.of_customers(fact)
    return table.filter(table.day > as_of - timedelta(days=YEAR), table.day <= as_of)


def _sums(table: Any, **columns: Any) -> Any:
    return table.group_by("customer_key").aggregate(**{name: column.sum() for name, column in columns.items()})


def _when(condition: Any, value: Any) -> Any:
    import ibis

    return ibis.ifelse(condition, value, 0)


def days_on_record(lake: Lake, as_of: date) -> int:
    """The days of the last year that the business has been on record."""
    return lake.once(("days on record", as_of), lambda: _days_on_record(lake, as_of))


def _days_on_record(lake: Lake, as_of: date) -> int:
    import ibis

    kept = (fact for fact in ("lines", "points", "interactions", "loans") if lake.holds(fact) and lake.rows(fact))
    days = [lake.table(fact).select("day") for fact in kept]
    if not days:
        return LEAST
    known = ibis.union(*days).filter(ibis._.day <= as_of)
    first = lake.arrow(known.aggregate(first=known.day.min()))["first"][0].as_py() or as_of
    return min(max((as_of - first).days + 1, LEAST), YEAR)


def _yearly(lake: Lake, parts: list[Any], as_of: date) -> Any:
    """All customers with the parts' columns per year; 0 where nothing was observed."""
    days = days_on_record(lake, as_of)
    table = lake.table("customers").select("customer_key", "line")
    for part in parts:
        names = [name for name in part.columns if name != "customer_key"]
        joined = table.left_join(part, "customer_key").drop("customer_key_right")
        table = joined.mutate(**{name: joined[name].fill_null(0) * YEAR / days for name in names})
    return table
