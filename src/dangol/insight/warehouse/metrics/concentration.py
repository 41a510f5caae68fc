"""How unevenly revenue is spread over customers, and how many come more than once."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, Metric, Unit

TOP = 0.2


def ranked(rows: Any, by: Sequence[str]) -> Any:
    """Customers at 0 or above with their net revenue (`net`), their rank from the lowest (`rising`, from 1) and how
    many they are (`people`). Who returned more than they bought is left out, as measures of concentration must.
    """
    import ibis

    each = rows.group_by(*by, "customer_key").aggregate(net=rows.amount.sum().cast("float64"))
    each = each.filter(each.net >= 0)
    order = ibis.window(group_by=list(by), order_by=["net", "customer_key"])
    return each.mutate(
        rising=ibis.row_number().over(order).cast("float64") + 1,
        people=each.count().over(ibis.window(group_by=list(by))).cast("float64"),
    )


def _gini(t: Any) -> Any:
    return ratio(((2 * t.rising - t.people - 1) * t.net).sum(), t.people.max() * t.net.sum())


def _share_of_top(t: Any) -> Any:
    """Where the top is not a whole number of customers, the last one counts in part."""
    import ibis

    within = TOP * t.people - (t.people - t.rising)  # of this customer, 1 at most
    return ratio((t.net * ibis.greatest(ibis.least(within, 1.0), 0.0)).sum(), t.net.sum())


def days_of_each(rows: Any, by: Sequence[str]) -> Any:
    """Customers with how many days of purchase they had."""
    return rows.group_by(*by, "customer_key").aggregate(days=rows.count())


METRICS = (
    Metric(
        "gini", "lines", Unit.SHARE, _("Gini coefficient of revenue"),
        _("Σ (2i − n − 1) xᵢ ÷ (n Σ x) of the net revenue x of n customers at 0 or above, rising"), _gini,
        about_customers=True, adds_over=NOTHING, each=ranked,
    ),
    Metric(
        "top_fifth_share", "lines", Unit.SHARE, _("Share of the top 20 % of customers"),
        _("net revenue of the top 20 % of customers at 0 or above ÷ that of all of them"), _share_of_top,
        about_customers=True, adds_over=NOTHING, each=ranked,
    ),
    Metric(
        "repeat_rate", "purchases", Unit.SHARE, _("Repeat purchase rate"),
        _("customers with two days of purchase or more ÷ customers with one or more"),
        lambda t: ratio(t.count(where=t.days > 1), t.count()), adds_over=NOTHING, each=days_of_each,
    ),
)  # fmt: skip
