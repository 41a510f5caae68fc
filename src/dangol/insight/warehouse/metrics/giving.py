"""What it takes to win customers, to keep them and to win them back, as far as the records tell it.

Given are discounts, points and gifts at their worth. What was spent besides, on an advertisement or a mailing, is what
the business entered as its costs: see `spending`.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.history import NEW, REACTIVATED, asleep, firsts, purchases, turns
from dangol.insight.warehouse.metrics.registry import NOTHING, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE
from dangol.insight.warehouse.queries import Lake

AMOUNTS = ("to_win", "to_keep", "to_win_back", "won", "won_back")


def given(lake: Lake) -> Any:
    """What each customer was given, by what they were then, and whom we won and kept, one under the other.

    customer_key, day; to_win (up to the day of the first purchase), to_win_back (after a year without one, up to the
    day of the next), to_keep (the rest): minor units; won, won_back: 1 on that day; kept: the customer on a later day
    of purchase, else null.
    """
    import ibis

    worth = _worth(lake)
    first = firsts(lake)
    told = worth.left_join(first, "customer_key").drop("customer_key_right")
    early = told.first_day.isnull() | (told.day <= told.first_day)
    told = told.mutate(to_win=ibis.ifelse(early, told.worth, 0), to_keep=ibis.ifelse(early, 0, told.worth))
    bought = purchases(lake)
    slept = asleep(bought).select("customer_key", "since", "next_gap", last="day")
    late = worth.inner_join(slept, "customer_key")
    waited = late.day.delta(late["last"], unit="day")
    late = late.filter(late.day > late.since, late.next_gap.isnull() | (waited <= late.next_gap))
    late = late.mutate(to_win_back=late.worth, to_keep=-late.worth)
    came = turns(lake)
    came = came.filter(came.change > 0)
    came = came.mutate(
        won=(came.turn == NEW).cast("int64"), won_back=(came.turn == REACTIVATED).cast("int64")
    )  # fmt: skip
    again = bought.filter(bought.gap.notnull()).mutate(kept=ibis._.customer_key)
    return ibis.union(_whole(told), _whole(late), _whole(came), _whole(again))


MADE["given"] = given


def _worth(lake: Lake) -> Any:
    """Everything given to customers: customer_key, day, worth."""
    import ibis

    lines, points, met = (lake.of_customers(fact) for fact in ("lines", "points", "interactions"))
    off = lines.price_discount + lines.coupon_discount + lines.match_discount
    granted = points.filter(points.kind == "granted")
    every = ibis.union(
        lines.select("customer_key", "day", worth=off),
        granted.select("customer_key", "day", worth=granted.amount),
        met.select("customer_key", "day", worth=met.worth),
    )
    return every.filter(every.worth != 0)


def _whole(rows: Any) -> Any:
    """The rows with every column of `given`, 0 or null where they have none."""
    import ibis

    nothing = {name: ibis.literal(0, "int64") for name in AMOUNTS} | {"kept": ibis.null("int64")}
    return rows.select(
        "customer_key", "day",
        **{name: rows[name].cast("int64") if name in rows.columns else none for name, none in nothing.items()},
    )  # fmt: skip


METRICS = (
    Metric(
        "given_to_win", "given", Unit.MONEY, _("Given to win customers"),
        _("Σ discounts, points granted and gifts up to the day of the customer's first purchase"),
        lambda t: exact_sum(t.to_win),
    ),
    Metric(
        "given_to_keep", "given", Unit.MONEY, _("Given to keep customers"),
        _("Σ discounts, points granted and gifts after that day, but for those to win back"),
        lambda t: exact_sum(t.to_keep),
    ),
    Metric(
        "given_to_win_back", "given", Unit.MONEY, _("Given to win customers back"),
        _("Σ discounts, points granted and gifts after 365 days without a purchase, up to the day of the next"),
        lambda t: exact_sum(t.to_win_back),
    ),
    Metric(
        "cost_to_win", "given", Unit.MONEY, _("Given per customer won"),
        _("given to win customers ÷ new buying customers"), lambda t: ratio(exact_sum(t.to_win), exact_sum(t.won)),
        adds_over=NOTHING,
    ),
    Metric(
        "cost_to_keep", "given", Unit.MONEY, _("Given per customer kept"),
        _("given to keep customers ÷ returning customers"),
        lambda t: ratio(exact_sum(t.to_keep), t.kept.nunique()), adds_over=NOTHING,
    ),
    Metric(
        "cost_to_win_back", "given", Unit.MONEY, _("Given per customer won back"),
        _("given to win customers back ÷ reactivated customers"),
        lambda t: ratio(exact_sum(t.to_win_back), exact_sum(t.won_back)), adds_over=NOTHING,
    ),
)  # fmt: skip
