"""Who came, stayed and went: metrics of customers and of their days of purchase."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.history import LAPSED, NEW, REACTIVATED, YEAR
from dangol.insight.warehouse.metrics.registry import EVERYTHING, NOTHING, PEOPLE, Family, Metric, Unit

STANDS = EVERYTHING - {Family.TIME}
NEVER = 100_000  # days; more than anybody waited


def last_of_each(rows: Any, by: Sequence[str]) -> Any:
    """Customers with the days from their last purchase that is a year ago or more to the next one."""
    old = rows.filter(rows.seen >= YEAR)
    return old.group_by(*by, "customer_key").aggregate(next_gap=old.next_gap.fill_null(NEVER).argmax(old.day))


def second_of_each(rows: Any, by: Sequence[str]) -> Any:
    """Customers whose first purchase is a year ago or more, with the days to the second."""
    first = rows.filter(rows.gap.isnull(), rows.seen >= YEAR)
    return first.select(*by, "customer_key", next_gap=first.next_gap.fill_null(NEVER))


def _came_back(t: Any) -> Any:
    return ratio(t.count(where=t.next_gap <= YEAR), t.count())


def _turned(turn: str) -> Any:
    return lambda t: t.turn.count(where=t.turn == turn)


METRICS = (
    Metric(
        "registrations", "registrations", Unit.COUNT, _("Registered customers"),
        _("customers registered in the period"), lambda t: t.count(),
    ),
    Metric(
        "customers", "registrations", Unit.COUNT, _("Customers on record"),
        _("customers registered by the end of the period"), lambda t: t.count(), adds_over=STANDS, stock=True,
    ),
    Metric(
        "new_customers", "turns", Unit.COUNT, _("New buying customers"),
        _("customers whose first day with net revenue above 0 lies in the period"), _turned(NEW),
    ),
    Metric(
        "lapsed_customers", "turns", Unit.COUNT, _("Lapsed customers"),
        _("times in the period that a customer had not bought for 365 days"), _turned(LAPSED),
    ),
    Metric(
        "reactivated_customers", "turns", Unit.COUNT, _("Reactivated customers"),
        _("times in the period that a customer bought after more than 365 days without a purchase"),
        _turned(REACTIVATED),
    ),
    Metric(
        "customer_growth", "turns", Unit.COUNT, _("Growth in active customers"), _("new + reactivated − lapsed"),
        lambda t: exact_sum(t.change),
    ),
    Metric(
        "active_customers", "turns", Unit.COUNT, _("Active customers"),
        _("customers with a day of net revenue above 0 in the 365 days up to the end of the period"),
        lambda t: exact_sum(t.change), adds_over=STANDS, stock=True,
    ),
    Metric(
        "purchase_days", "purchases", Unit.COUNT, _("Days of purchase"),
        _("days on which a customer's net revenue is above 0, of all customers"), lambda t: t.count(),
    ),
    Metric(
        "purchasers", "purchases", Unit.COUNT, _("Customers with a purchase"),
        _("distinct customers with a day of net revenue above 0"), lambda t: t.customer_key.nunique(), adds_over=PEOPLE,
    ),
    Metric(
        "returning_customers", "purchases", Unit.COUNT, _("Returning customers"),
        _("distinct customers with a day of purchase who had one before it"),
        lambda t: t.customer_key.nunique(where=t.gap.notnull()), adds_over=PEOPLE,
    ),
    Metric(
        "returning_share", "purchases", Unit.SHARE, _("Share of returning customers"),
        _("returning customers ÷ customers with a purchase"),
        lambda t: ratio(t.customer_key.nunique(where=t.gap.notnull()), t.customer_key.nunique()), adds_over=NOTHING,
    ),
    Metric(
        "purchase_gap", "purchases", Unit.NUMBER, _("Days between purchases"),
        _("mean of the days since the customer's purchase before"), lambda t: t.gap.mean(), adds_over=NOTHING,
    ),
    Metric(
        "retention", "purchases", Unit.SHARE, _("Retention"),
        _("of customers with a day of purchase in the period, 365 days ago or more, the share who bought again within"
        " 365 days after the last of them"),
        _came_back, adds_over=NOTHING, each=last_of_each,
    ),
    Metric(
        "second_purchase_rate", "purchases", Unit.SHARE, _("Second purchase rate"),
        _("of customers whose first day of purchase lies in the period, 365 days ago or more, the share who bought"
        " again within 365 days"),
        _came_back, adds_over=NOTHING, each=second_of_each,
    ),
)  # fmt: skip
