"""Uses of a business that sells nothing: what it lent, who came by, who asked. Of a loan its class, never its title."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

YEAR = 365
MONTHS = 12
LOANS = "loans"
LOAN, VISIT, QUESTION = "loan", "visit", "question"
# Inward contacts that are a use, by their kind.
MET = {"visit": VISIT, "inquiry": QUESTION}


def lends_and_sells_nothing(lake: Lake, *, as_of: date) -> bool:
    """Whether customers borrowed something by that day, and none of them ever bought anything."""
    return _any(lake, LOANS, as_of) and not _any(lake, "lines", as_of)


def uses(lake: Lake, *, as_of: date) -> Any:
    """Every use up to a day: customer_key, line, at, day, kind (loan, visit, question), item_class ("" where none)."""
    import ibis

    met = lake.of_customers("interactions")
    met = met.filter(met.day <= as_of, met.direction == "in", met.kind.isin(sorted(MET)))
    kind = ibis.cases(*((met.kind == told, use) for told, use in MET.items()), else_="")
    came = met.select("customer_key", "line", "at", "day", kind=kind, item_class=ibis.literal(""))
    if not lake.holds(LOANS):
        return came
    lent = lake.of_customers(LOANS)
    lent = lent.filter(lent.day <= as_of).mutate(kind=ibis.literal(LOAN))
    return lent.select("customer_key", "line", "at", "day", "kind", "item_class").union(came)


def use_days(lake: Lake, *, as_of: date, line: str | None = None) -> Any:
    """How often each customer used us on each day: customer_key, line, day, net (uses), as `net_days` has money."""
    found = uses(lake, as_of=as_of)
    if line is not None:
        found = found.filter(found.line == line)
    return found.group_by("customer_key", "line", "day").aggregate(net=found.count())


def uses_of_the_year(lake: Lake, *, as_of: date) -> pa.Table:
    """What each customer used in the last 365 days, in order of their key; who used nothing has no row.

    Columns: customer_key; loans, visits, questions; uses (all of them); days (with a use); classes (of things lent,
    different ones, those without a class left out).
    """
    found = _year(uses(lake, as_of=as_of), as_of)
    each = found.group_by("customer_key").aggregate(
        loans=(found.kind == LOAN).cast("int64").sum(),
        visits=(found.kind == VISIT).cast("int64").sum(),
        questions=(found.kind == QUESTION).cast("int64").sum(),
        uses=found.count(),
        days=found.day.nunique(),
        classes=found.item_class.nunique(where=found.item_class != ""),
    )
    return lake.arrow(each.order_by("customer_key"))


def uses_by_class(lake: Lake, *, as_of: date) -> pa.Table:
    """Loans of the last 365 days of each customer in each class: category, customer_key, revenue (loans)."""
    found = _year(uses(lake, as_of=as_of), as_of)
    found = found.filter(found.kind == LOAN)
    each = found.group_by("item_class", "customer_key").aggregate(revenue=found.count().cast("int64"))
    each = each.select("customer_key", "revenue", category=each.item_class)
    return lake.arrow(each.order_by("category", "customer_key"))


def months_of_use(lake: Lake, *, as_of: date) -> Any:
    """Uses and months with a use, of the last twelve stretches of 365 ÷ 12 days: customer_key, revenue, months."""
    import ibis

    days = _year(use_days(lake, as_of=as_of), as_of)
    ago = ibis.literal(as_of).delta(days.day, unit="day") * MONTHS
    days = days.mutate(month=((ago - ago % YEAR) / YEAR).cast("int64"))
    return days.group_by("customer_key").aggregate(
        revenue=days.net.sum().cast("int64"), months=days.month.nunique().cast("int64")
    )


def _year(rows: Any, as_of: date) -> Any:
    return rows.filter(rows.day > as_of - timedelta(days=YEAR), rows.day <= as_of)


def _any(lake: Lake, fact: str, as_of: date) -> bool:
    if not lake.holds(fact) or not lake.rows(fact):
        return False
    rows = lake.of_customers(fact)
    found = lake.arrow(rows.filter(rows.day <= as_of).aggregate(first=rows.day.min()))
    return found["first"][0].as_py() is not None
