"""What of our service went wrong for whom in the days up to a day, and what customers said of it against what they
expected or said before.
"""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

EXPECTED = "expected_"  # before the dimension: what was expected of it, asked in the same survey
YEAR = 365
EVER = date(1900, 1, 1)


def shortfalls_by_customer(lake: Lake, *, as_of: date, days: int) -> pa.Table:
    """Columns customer_key, complaints, late_deliveries (contacts of that kind), returns (receipts with something taken
    back), of the last `days`; only customers with one of them have a row.
    """
    import ibis

    since = as_of - timedelta(days=days)
    met, bought = (_within(lake, fact, since, as_of) for fact in ("interactions", "lines"))
    none = ibis.literal(0, "int64")
    told = met.filter(met.kind.isin(["complaint", "late_delivery"]))
    rows = ibis.union(
        told.select(
            "customer_key",
            complaints=(told.kind == "complaint").cast("int64"),
            late_deliveries=(told.kind == "late_delivery").cast("int64"),
            returns=none,
        ),
        bought.filter(bought.amount < 0)
        .select("customer_key", "receipt_id").distinct()
        .select("customer_key", complaints=none, late_deliveries=none, returns=none + 1),
    )  # fmt: skip
    sums = {name: rows[name].sum() for name in ("complaints", "late_deliveries", "returns")}
    return lake.arrow(rows.group_by("customer_key").aggregate(**sums).order_by("customer_key"))


def complaints_since(lake: Lake, *, since: date, until: date) -> pa.Table:
    """Every complaint from `since` to `until`, both ends included: columns customer_key, at (UTC)."""
    met = lake.of_customers("interactions")
    kept = met.filter(met.kind == "complaint", met.direction == "in", met.day >= since, met.day <= until)
    return lake.arrow(kept.select("customer_key", "at").order_by("at", "customer_key"))


def gap_to_expected(lake: Lake, *, as_of: date) -> pa.Table:
    """Perception less expectation, −1 to 1, of who answered both in one survey of the last year.

    Columns customer_key, gap (mean over the dimensions asked both ways), asked (how many).
    """
    answers = _placed(_within(lake, "answers", as_of - timedelta(days=YEAR), as_of))
    answers = answers.mutate(
        wanted=answers.dimension.startswith(EXPECTED), side=answers.dimension.replace(EXPECTED, "")
    )
    one = answers.group_by("customer_key", "survey", "side").aggregate(
        seen=answers.place.mean(where=~answers.wanted), hoped=answers.place.mean(where=answers.wanted)
    )
    both = one.filter(one.seen.notnull(), one.hoped.notnull())
    found = both.group_by("customer_key").aggregate(gap=(both.seen - both.hoped).mean(), asked=both.seen.count())
    return lake.arrow(found.order_by("customer_key"))


def gap_to_former(lake: Lake, *, as_of: date) -> pa.Table:
    """What somebody answered last less what they answered before on the same dimensions, −1 to 1; the last answer is of
    the last year. Columns customer_key, gap, asked (dimensions answered both times).
    """
    answers = _placed(_within(lake, "answers", EVER, as_of))
    answers = answers.filter(~answers.dimension.startswith(EXPECTED))
    last = answers.group_by("customer_key").aggregate(last_day=answers.day.max())
    last = last.filter(last.last_day > as_of - timedelta(days=YEAR))
    answers = answers.inner_join(last, "customer_key")
    one = answers.group_by("customer_key", "dimension").aggregate(
        now=answers.place.mean(where=answers.day == answers.last_day),
        before=answers.place.mean(where=answers.day < answers.last_day),
    )
    both = one.filter(one.now.notnull(), one.before.notnull())
    found = both.group_by("customer_key").aggregate(gap=(both.now - both.before).mean(), asked=both.now.count())
    return lake.arrow(found.order_by("customer_key"))


def _within(lake: Lake, fact: str, after: date, until: date) -> Any:
    table = lake.of_customers(fact)
    return table.filter(table.day > after, table.day <= until)


def _placed(answers: Any) -> Any:
    """Each answer with its place 0–1 on its scale; those without a dimension tell nothing that can be compared."""
    span = (answers.scale_max - answers.scale_min).nullif(0)
    placed = answers.mutate(place=(answers.score - answers.scale_min) / span)
    return placed.filter(placed.dimension != "", placed.place.notnull())
