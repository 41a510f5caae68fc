"""Against the year before: metrics of order lines beside those of the same days a year earlier."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE, last_day, sold_between
from dangol.insight.warehouse.queries import Lake

KEPT = ("identity_key", "day", "product_id", "unit_id", "channel", "now", "before")


def year_on_year(lake: Lake) -> Any:
    """Lines under their day, and once more under that day of the next year: amounts as `now` and as `before`.

    Only days of which both years are on record are there. The last day of a February that has 29 counts with the 28th.
    """
    import ibis

    first, _last = sold_between(lake)
    lines, nothing = lake.table("lines"), ibis.literal(0, "int64")
    now = lines.filter(lines.day >= _next_year(ibis.literal(first)))
    later = lines.mutate(day=_next_year(lines.day))
    later = later.filter(later.day <= last_day(lake))
    return ibis.union(
        now.mutate(now=now.amount, before=nothing).select(*KEPT),
        later.mutate(now=nothing, before=later.amount).select(*KEPT),
    )


MADE["year_on_year"] = year_on_year


def _next_year(day: Any) -> Any:
    import ibis

    return (day.cast("timestamp") + ibis.interval(years=1)).cast("date")


METRICS = (
    Metric(
        "net_revenue_year_before", "year_on_year", Unit.MONEY, _("Net revenue a year before"),
        _("net revenue of the same days of the year before, of days with both years on record"),
        lambda t: exact_sum(t.before),
    ),
    Metric(
        "revenue_growth", "year_on_year", Unit.SHARE, _("Growth of net revenue in a year"),
        _("net revenue ÷ net revenue of the same days of the year before − 1, of days with both years on record"),
        lambda t: ratio(exact_sum(t.now), exact_sum(t.before)) - 1, adds_over=NOTHING,
    ),
)  # fmt: skip
