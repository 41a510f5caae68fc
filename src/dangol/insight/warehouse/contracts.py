"""How long customers stayed under contract, and what was known of each contract on a day, without looking past it.

A contract is the time in which a customer has at least one subscription: two at once are one, and one that begins
within GAP days after the last of the others ended goes on, so that another plan is not an end. Days are counted from
1970 on. Of two ends that were told of a subscription the one told last counts, whenever that was: the other is a
mistake. A subscription that is taken up again after its end begins anew. All else is looked at as it was known on the
day: rows of that day or before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

GAP = 31  # days
LATELY = 90  # days up to the day of which something is known
BEGINNING = date(1970, 1, 1)
OPEN = 10_000_000  # the day on which ends what has no end
MONTHS = {"day": 12 / 365.25, "week": 84 / 365.25, "month": 1.0, "quarter": 3.0, "half_year": 6.0, "year": 12.0}
TABLES = ("subscriptions", "subscription_steps")


def day_number(day: date) -> int:
    """A day as the tables of this room count it."""
    return (day - BEGINNING).days


def held(lake: Lake) -> bool:
    """Whether this version of the lake copies subscriptions at all; one made by an older Dangol does not."""
    return all(name in lake.manifest.tables for name in TABLES)


def told_wrong(lake: Lake) -> int:
    """How many subscriptions end before they begin. They are left out of everything else here."""
    each = _subscriptions(lake)
    return int(lake.arrow(each.aggregate(n=each.count(where=each.last < each.first)))["n"][0].as_py())


def contracts_begun(lake: Lake, *, as_of: date) -> pa.Table:
    """Every contract that had begun by a day, in order of customer and beginning.

    customer_key, line, began, ended (days; OPEN where no end is told), plan: product with which it began, 0 where the
    file named none.
    """
    each = _joined_up(lake)
    order = each.first * 1_000_000_000_000 + each.subscription_id
    table = each.group_by("customer_key", "line", "contract").aggregate(
        began=each["first"].min(), ended=each["last"].max(), plan=each.product_id.argmin(order)
    )
    table = table.filter(table.began <= day_number(as_of))
    table = table.select("customer_key", "line", "began", "ended", "plan")
    return lake.arrow(table.order_by("customer_key", "began"))


def contracts_known(lake: Lake, *, after: date, until: date) -> pa.Table:
    """Contracts that ran at the end of `after`, or began later and by `until`, with what was known of each then.

    One row a contract in order of customer and beginning, known as of `seen`: the end of `after`, or its first day.
    Columns: customer_key, line, began, ended, seen (days); plan: product of the newest subscription of the contract, 0
    where none is named; several: subscriptions running; price: of these a month, minor units, null where it is not
    told; pauses, paused (0 or 1), price_changes: so far; complaints, late_deliveries, contacts (inward),
    purchase_days: in the LATELY days up to `seen`.
    """
    with asked_of_many_days(lake) as known:
        return known(after, until)


@contextmanager
def asked_of_many_days(lake: Lake) -> Iterator[Callable[[date, date], pa.Table]]:
    """`contracts_known` of one pair of days after another, `after` and `until`: contracts are joined up once."""
    with lake.kept(_joined_up(lake)) as each:
        yield lambda after, until: _known(lake, each, after, until)


def _known(lake: Lake, each: Any, after: date, until: date) -> pa.Table:
    import ibis

    whole = each.group_by("customer_key", "contract").aggregate(began=each["first"].min(), ended=each["last"].max())
    start = day_number(after)
    whole = whole.filter(whole.began <= day_number(until), whole.ended > start)
    whole = whole.mutate(seen=ibis.greatest(whole.began, start))
    mine = _as_of(each.inner_join(whole, ["customer_key", "contract"]), lake)
    order = mine.first * 1_000_000_000_000 + mine.subscription_id
    running = mine["last"] > mine.seen
    told = mine.group_by("customer_key", "line", "began", "ended", "seen").aggregate(
        plan=mine.product_id.argmax(order),
        several=_many(running),
        price=ibis.ifelse(running, mine.monthly, None).sum(),
        pauses=mine.pauses.sum(),
        paused=ibis.ifelse(running, mine.paused, 0).max(),
        price_changes=mine.price_changes.sum(),
    )
    # between two that are one contract nothing ran, and who would know that another begins?
    # Kept: what happened lately looks at it three times.
    with lake.kept(told.filter(told.several > 0)) as table:
        for source, columns in _lately(lake, table, after, until).items():
            joined = table.left_join(source, ["customer_key", "seen"])
            joined = joined.drop("customer_key_right", "seen_right")
            table = joined.mutate(**{name: joined[name].fill_null(0) for name in columns})
        return lake.arrow(table.order_by("customer_key", "began"))


def _subscriptions(lake: Lake) -> Any:
    """Subscriptions with first and last day, as numbers; once more (`again`) where taken up again after the end."""
    import ibis

    begun, ran = lake.of_customers("subscriptions"), spells(lake)
    told = begun.left_join(ran, "subscription_id")
    months = ibis.cases(*((begun.period == name, value) for name, value in MONTHS.items()), else_=None)
    return told.select(
        "customer_key", "line", "subscription_id", "quantity", "price",
        product_id=told.product_id.fill_null(0), again=told.again.fill_null(0),
        first=_number(ibis.coalesce(told.since, told.day)), last=_number(told["last"]).fill_null(OPEN), months=months,
    )  # fmt: skip


def spells(lake: Lake) -> Any:
    """The times in which a subscription ran, apart where it was taken up again after its end; `since` null: the first.

    Columns subscription_id, again, since, last (days; null: no end). To be taken up again after a pause begins nothing.
    """
    import ibis

    steps = lake.table("subscription_steps")
    steps = steps.filter(steps.kind.isin(["ended", "resumed"]))
    before = ibis.window(group_by="subscription_id", order_by=["at", "step_id"])
    steps = steps.mutate(after=steps.kind.lag().over(before))
    steps = steps.mutate(new=ibis.ifelse((steps.kind == "resumed") & (steps.after == "ended"), 1, 0).fill_null(0))
    until = ibis.cumulative_window(group_by="subscription_id", order_by=["at", "step_id"])
    steps = steps.mutate(again=steps.new.sum().over(until))
    return steps.group_by("subscription_id", "again").aggregate(
        since=steps.day.min(where=steps.new == 1),
        last=steps.day.argmax(steps.step_id, where=steps.kind == "ended"),
    )


def _joined_up(lake: Lake) -> Any:
    """Subscriptions that do not end before they begin, each with the number of its contract among the customer's."""
    import ibis

    each = _subscriptions(lake)
    each = each.filter(each["last"] >= each["first"])
    before = ibis.window(
        group_by="customer_key", order_by=["first", "subscription_id", "again"], preceding=(None, 1), following=None
    )
    each = each.mutate(reach=each["last"].max().over(before))
    new = each.reach.isnull() | (each["first"] > each.reach + GAP)
    each = each.mutate(new=ibis.ifelse(new, 1, 0))
    until = ibis.cumulative_window(group_by="customer_key", order_by=["first", "subscription_id", "again"])
    return each.mutate(contract=each.new.sum().over(until)).drop("reach", "new")


def _as_of(each: Any, lake: Lake) -> Any:
    """Subscriptions begun by the day `seen`, with what had become of them by its end."""
    import ibis

    each = each.filter(each["first"] <= each.seen)
    newest = each.group_by("subscription_id", "seen").aggregate(again=each["again"].max())
    each = each.semi_join(newest, ["subscription_id", "seen", "again"])
    steps = lake.table("subscription_steps").select("subscription_id", "step_id", "day", "kind", step_price="price")
    steps = steps.inner_join(each.select("subscription_id", "seen"), "subscription_id")
    steps = steps.mutate(on=_number(steps.day)).filter(ibis._.on <= ibis._.seen)
    stops, priced = steps.kind.isin(["paused", "resumed"]), steps.kind == "priced"
    order = steps.on * 1_000_000_000_000 + steps.step_id
    became = steps.group_by("subscription_id", "seen").aggregate(
        pauses=_many(steps.kind == "paused"),
        paused=ibis.ifelse(steps.kind == "paused", 1, 0).argmax(order, where=stops),
        price_changes=_many(priced),
        newest=steps.step_price.argmax(steps.step_id, where=priced),
    )
    told = each.left_join(became, ["subscription_id", "seen"]).drop("subscription_id_right", "seen_right")
    known = {name: told[name].fill_null(0) for name in ("pauses", "paused", "price_changes")}
    price = ibis.coalesce(told.newest, told.price).cast("float64") * told.quantity.cast("float64") / told.months
    return told.mutate(**known, monthly=price)


def _lately(lake: Lake, table: Any, after: date, until: date) -> dict[Any, tuple[str, ...]]:
    """What happened in the days up to `seen`, by customer and that day."""
    import ibis

    who = table.select("customer_key", "seen").distinct()

    def rows(fact: str) -> Any:
        found = lake.of_customers(fact)
        # what lies outside of any of these days is not even joined
        found = found.filter(found.day > after - timedelta(days=LATELY), found.day <= until)
        found = found.inner_join(who, "customer_key")
        found = found.mutate(on=_number(found.day))
        return found.filter(found.on <= found.seen, found.on > found.seen - LATELY)

    met, bought = rows("interactions"), rows("lines")
    said = met.group_by("customer_key", "seen").aggregate(
        complaints=_many(met.kind == "complaint"),
        late_deliveries=_many(met.kind == "late_delivery"),
        contacts=_many(met.direction == "in"),
    )
    bought = bought.filter(bought.amount > 0)
    days = bought.group_by("customer_key", "seen").aggregate(purchase_days=ibis._.day.nunique())
    return {said: ("complaints", "late_deliveries", "contacts"), days: ("purchase_days",)}


def _number(day: Any) -> Any:
    import ibis

    return day.delta(ibis.literal(BEGINNING), unit="day")


def _many(where: Any) -> Any:
    import ibis

    return ibis.ifelse(where, 1, 0).sum()
