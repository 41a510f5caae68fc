"""What the same customer buys within some days after a product, and what anybody buys within as many days.

The day is the unit: what is bought on one day, on one receipt or on several, is bought together, and nothing of it
comes after the other. A purchase of a product is a day on which what was paid for it, returns of the day netted, is
above 0. Each customer counts once: from the first day on which they bought the first product, where the window after
it has passed by the last day asked about; whoever is still within it counts nowhere.

To compare with, each customer is looked at once more, from any one of their days after which the window has passed: the
one at place key mod days, so that it is the same one whenever it is asked about. Both are told by the season of the day
(quarters of a year, 0 the last) and by how many days with a purchase the window holds: what is only sold in spring is
bought in spring by anybody, and who comes more often buys more of everything.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.warehouse.itemsets import CannotCount, fewest
from dangol.insight.warehouse.queries import Lake

SEASON = 91  # days
MOST_VISITS = 50  # days within the window that are told apart; more count as so many


@dataclass(frozen=True)
class Followings:
    """Counts of customers.

    customers: with a day after which the window has passed; minimum: the fewest that a pair must have; products: that
    at least so many customers bought; window: days.
    pairs: first, then (product ids), customers: who bought the second within the window after their first day of the
    first; only those of at least `minimum`, of different products, in order of both.
    starts: first, season, visits, customers: how many first days of a product lie in a season, by how many days with a
    purchase the window after them held. usual_starts: season, visits, customers, and usual: then, season, visits,
    customers: the same from any day, and who of them bought what. All of those `products` only.
    """

    customers: int
    minimum: int
    products: int
    window: int
    pairs: pa.Table
    starts: pa.Table
    usual_starts: pa.Table
    usual: pa.Table


def followings(
    lake: Lake, *, window: int, support: float, until: date, since: date | None = None, line: str | None = None
) -> Followings:
    """Count what followed within `window` days, up to and including the day `until`.

    support: the least share (0 to 1) of the customers that a pair must have. Raises CannotCount.
    """
    if window < 1:
        raise CannotCount(_("A window of %(n)s days: 1 is the least.") % {"n": window})
    if not 0 < support <= 1:
        words = _("A support of %(share)s: it is a share of the customers, above 0 and 1 at most.")
        raise CannotCount(words % {"share": support})
    with ExitStack() as stack:
        bought = stack.enter_context(lake.kept(_bought(lake, since, until, line)))
        end = _number(until) - window
        visits = stack.enter_context(lake.kept(_visits(bought, window)))
        looked_at = stack.enter_context(lake.kept(_any_days(visits, end)))
        customers = lake.arrow(looked_at.aggregate(n=looked_at.count()))["n"][0].as_py()
        if not customers:
            words = _("Nobody bought anything %(n)s days or more before %(day)s: take a smaller window.")
            raise CannotCount(words % {"n": window, "day": until})
        minimum = fewest(support, customers)
        bought = stack.enter_context(lake.kept(_frequent(bought, minimum)))
        again = stack.enter_context(lake.kept(_with_previous(bought)))
        firsts = stack.enter_context(lake.kept(_firsts(bought, visits, end)))
        return _counts(lake, again, firsts, looked_at, customers, minimum, window)


def _counts(
    lake: Lake, again: Any, firsts: Any, looked_at: Any, customers: int, minimum: int, window: int
) -> Followings:  # fmt: skip
    pairs = _after(firsts, again, window)
    pairs = pairs.filter(pairs["first"] != pairs.then)
    pairs = pairs.group_by("first", "then").aggregate(customers=pairs.count())
    starts = firsts.group_by("first", "season", "visits").aggregate(customers=firsts.count())
    usual_starts = looked_at.group_by("season", "visits").aggregate(customers=looked_at.count())
    usual = _after(looked_at, again, window)
    usual = usual.group_by("then", "season", "visits").aggregate(customers=usual.count())
    products = lake.arrow(again.aggregate(n=again.then.nunique()))["n"][0].as_py()
    return Followings(
        customers,
        minimum,
        products,
        window,
        lake.arrow(pairs.filter(pairs.customers >= minimum).order_by("first", "then")),
        lake.arrow(starts.order_by("first", "season", "visits")),
        lake.arrow(usual_starts.order_by("season", "visits")),
        lake.arrow(usual.order_by("then", "season", "visits")),
    )


def _bought(lake: Lake, since: date | None, until: date, line: str | None) -> Any:
    """A row for each product a customer bought on a day: customer, product, day (a number)."""
    import ibis

    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= until, lines.product_id.notnull())
    if since is not None:
        lines = lines.filter(lines.day >= since)
    if line is not None:
        lines = lines.filter(lines.line == line)
    paid = lines.group_by(customer=lines.customer_key, product=lines.product_id, date=lines.day)
    paid = paid.aggregate(paid=lines.amount.sum())
    number = paid.date.delta(ibis.literal(EPOCH), unit="day").cast("int32")
    return paid.filter(paid.paid > 0).select("customer", "product", day=number)


EPOCH = date(1970, 1, 1)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _visits(bought: Any, window: int) -> Any:
    """Each customer's days, and how many more of them come within the window after each."""
    import ibis

    days = bought.select("customer", "day").distinct()
    ahead = ibis.window(group_by="customer", order_by="day", range=(1, window))
    return days.mutate(visits=ibis.least(days.day.count().over(ahead), MOST_VISITS))


def _any_days(visits: Any, end: int) -> Any:
    """One day of each customer after which the window has passed: customer, day, season, visits."""
    import ibis

    passed = visits.filter(visits.day <= end)
    within = ibis.window(group_by="customer")
    ranked = passed.mutate(
        place=ibis.row_number().over(ibis.window(group_by="customer", order_by="day")), days=passed.count().over(within)
    )
    chosen = ranked.filter(ranked.place == (ranked.customer % ranked.days + ranked.days) % ranked.days)
    return chosen.select("customer", "day", "visits", season=_season(chosen, end))


def _season(starts: Any, end: int) -> Any:
    """How many quarters of a year the day lies before the last one asked about."""
    return ((end - starts.day) // SEASON).cast("int32")


def _frequent(bought: Any, minimum: int) -> Any:
    """Only products that enough customers bought: no others can be in a pair."""
    each = bought.group_by("product").aggregate(customers=bought.customer.nunique())
    return bought.semi_join(each.filter(each.customers >= minimum), "product")


def _with_previous(bought: Any) -> Any:
    """Each purchase with the day before on which the same customer bought the same product."""
    import ibis

    before = ibis.window(group_by=["customer", "product"], order_by="day")
    return bought.select("customer", then="product", bought="day", before=bought.day.lag().over(before))


def _firsts(bought: Any, visits: Any, end: int) -> Any:
    """Each customer's first day of each product, where the window has passed: customer, first, day, season, visits."""
    first = bought.group_by("customer", first=bought["product"]).aggregate(day=bought.day.min())
    first = first.filter(first.day <= end).inner_join(visits, ["customer", "day"])
    return first.mutate(season=_season(first, end))


def _after(starts: Any, again: Any, window: int) -> Any:
    """The first purchase of each product within the window after each start: one row at most of each."""
    within = [
        starts.customer == again.customer,
        again.bought > starts.day,
        again.bought <= starts.day + window,
        again.before.isnull() | (again.before <= starts.day),
    ]
    return starts.inner_join(again, within)
