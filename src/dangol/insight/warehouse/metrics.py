"""Every metric and every dimension, defined once: pages, segments, reports and the API read this registry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.outcomes import moment
from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import WrongUse


class Unit(StrEnum):
    MONEY = "money"  # minor units
    COUNT = "count"
    SHARE = "share"  # 0–1


@dataclass(frozen=True)
class Metric:
    """One number over the rows of one fact. `formula` is for people, `expression` for the engines."""

    name: str
    fact: str
    unit: Unit
    label: Promise
    formula: str
    expression: Callable[[Any], Any]
    about_customers: bool = False  # counts customers: rows without one are left out


@dataclass(frozen=True)
class Split:
    """What a metric can be split by: a column made from the fact's rows. Unknown is ""."""

    name: str
    label: Promise
    column: Callable[[Lake, Any], Any]  # the fact's rows with a column of this name
    facts: frozenset[str] | None = None  # None: any fact


class NoSuchMetric(WrongUse):
    """The registry has no such metric, or the metric cannot be split that way."""


METRICS: dict[str, Metric] = {}
DIMENSIONS: dict[str, Split] = {}


def value(
    lake: Lake,
    metric: str | Metric,
    *,
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    by: str | None = None,
) -> Any:
    """The metric over rows at or after `since` and before `until` (days of the shop, or aware times).

    Without `by` one number: an exact int for sums and counts, a float for ratios, None where a ratio has
    nothing to divide by. With `by` an Arrow table of the dimension and `value`, in order of the dimension.
    Raises NoSuchMetric.
    """
    chosen = named(metric) if isinstance(metric, str) else metric
    rows = within(lake.table(chosen.fact), since, until)
    if chosen.about_customers:
        rows = rows.inner_join(lake.people().select("identity_key", "customer_key"), "identity_key")
    if by is None:
        return lake.arrow(rows.aggregate(value=chosen.expression(rows)))["value"][0].as_py()
    rows = _split(chosen, by).column(lake, rows)
    return lake.arrow(rows.group_by(by).aggregate(value=chosen.expression(rows)).order_by(by))


def named(metric: str) -> Metric:
    if metric not in METRICS:
        raise NoSuchMetric(
            gettext("There is no metric '%(name)s'. Metrics: %(known)s.")
            % {"name": metric, "known": ", ".join(METRICS)}
        )
    return METRICS[metric]


def within(rows: Any, since: date | datetime | None, until: date | datetime | None) -> Any:
    """The rows at or after `since` and before `until`: dates are days of the shop, times are exact."""
    if since is not None:
        rows = rows.filter(rows.at >= moment(since) if isinstance(since, datetime) else rows.day >= since)
    if until is not None:
        rows = rows.filter(rows.at < moment(until) if isinstance(until, datetime) else rows.day < until)
    return rows


def _split(metric: Metric, by: str) -> Split:
    split = DIMENSIONS.get(by)
    if split is None or (split.facts is not None and metric.fact not in split.facts):
        possible = [name for name, one in DIMENSIONS.items() if one.facts is None or metric.fact in one.facts]
        raise NoSuchMetric(
            gettext("'%(metric)s' cannot be split by '%(by)s'. Possible: %(known)s.")
            % {"metric": metric.name, "by": by, "known": ", ".join(possible)}
        )
    return split


def _metric(
    name: str,
    fact: str,
    unit: Unit,
    label: Promise,
    formula: str,
    expression: Callable[[Any], Any],
    *,
    about_customers: bool = False,
) -> None:
    METRICS[name] = Metric(name, fact, unit, label, formula, expression, about_customers)


def _sum(column: Any, where: Any = None) -> Any:
    """An exact sum, 0 over no rows."""
    return column.sum(where=where).fill_null(0).cast("int64")


def _ratio(above: Any, below: Any) -> Any:
    return above / below.nullif(0)


def _discounts(t: Any, where: Any = None) -> Any:
    return _sum(t.price_discount + t.coupon_discount + t.match_discount, where)


def _given(t: Any) -> Any:
    return _discounts(t, t.amount >= 0)


def _gross(t: Any) -> Any:
    return _sum(t.amount, t.amount > 0)


def _orders(t: Any) -> Any:
    return t.receipt_id.nunique(where=t.amount >= 0)


def _buyers(t: Any) -> Any:
    return t.customer_key.nunique(where=t.amount > 0)


_metric("net_revenue", "lines", Unit.MONEY, _("Net revenue"), "Σ amount received − returns", lambda t: _sum(t.amount))
_metric("gross_sales", "lines", Unit.MONEY, _("Gross sales"), "Σ amount of lines above 0", _gross)
_metric(
    "returns",
    "lines",
    Unit.MONEY,
    _("Returns"),
    "−Σ amount of lines below 0",
    lambda t: _sum(-t.amount, t.amount < 0),
)
_metric(
    "discounts",
    "lines",
    Unit.MONEY,
    _("Discounts given"),
    "Σ price discount + coupon discount + match discount − those of returned goods",
    _discounts,
)
_metric(
    "discount_rate",
    "lines",
    Unit.SHARE,
    _("Discount rate"),
    "discounts of lines that are not returns ÷ (gross sales + these discounts)",
    lambda t: _ratio(_given(t), _gross(t) + _given(t)),
)
_metric("fees", "lines", Unit.MONEY, _("Fees"), "Σ delivery and membership fees within amounts", lambda t: _sum(t.fee))
_metric(
    "orders",
    "lines",
    Unit.COUNT,
    _("Orders"),
    "distinct receipts with a line that is not a return",
    _orders,
)
_metric("units", "lines", Unit.COUNT, _("Units sold"), "Σ quantity", lambda t: t.quantity.sum().cast("float64"))
_metric(
    "products",
    "lines",
    Unit.COUNT,
    _("Products sold"),
    "distinct products on lines",
    lambda t: t.product_id.nunique(),
)
_metric(
    "buyers",
    "lines",
    Unit.COUNT,
    _("Buying customers"),
    "distinct customers with a line above 0",
    _buyers,
    about_customers=True,
)
_metric(
    "average_order_value",
    "lines",
    Unit.MONEY,
    _("Average order value"),
    "net revenue ÷ orders",
    lambda t: _ratio(_sum(t.amount), _orders(t)),
)
_metric(
    "revenue_per_buyer",
    "lines",
    Unit.MONEY,
    _("Net revenue per buying customer"),
    "net revenue of known customers ÷ buyers",
    lambda t: _ratio(_sum(t.amount), _buyers(t)),
    about_customers=True,
)
_metric(
    "points_granted",
    "points",
    Unit.MONEY,
    _("Points granted"),
    "Σ worth of points granted",
    lambda t: _sum(t.amount, t.kind == "granted"),
)
_metric(
    "points_redeemed",
    "points",
    Unit.MONEY,
    _("Points redeemed"),
    "Σ worth of points redeemed",
    lambda t: _sum(t.amount, t.kind == "redeemed"),
)
_metric(
    "complaints",
    "interactions",
    Unit.COUNT,
    _("Complaints"),
    "interactions of kind complaint",
    lambda t: t.interaction_id.count(where=t.kind == "complaint"),
)
_metric(
    "answers",
    "answers",
    Unit.COUNT,
    _("Survey answers"),
    "answers to survey items",
    lambda t: t.count(),
)
_metric(
    "respondents",
    "answers",
    Unit.COUNT,
    _("Customers who answered"),
    "distinct customers with a survey answer",
    lambda t: t.customer_key.nunique(),
    about_customers=True,
)
_metric(
    "satisfaction",
    "answers",
    Unit.SHARE,
    _("Mean survey score"),
    "mean of (score − lowest) ÷ (highest − lowest) of the item's scale",
    lambda t: ((t.score - t.scale_min) / (t.scale_max - t.scale_min).nullif(0)).mean(),
)


def _of_person(name: str) -> Callable[[Lake, Any], Any]:
    def column(lake: Lake, rows: Any) -> Any:
        people = lake.people().select("identity_key", name)
        joined = rows.left_join(people, "identity_key")
        return joined.mutate(**{name: joined[name].fill_null("")})

    return column


def _looked_up(name: str, table: str, key: str, source: str) -> Callable[[Lake, Any], Any]:
    def column(lake: Lake, rows: Any) -> Any:
        found = lake.table(table)
        joined = rows.left_join(found.select(key, **{name: found[source]}), key)
        return joined.mutate(**{name: joined[name].fill_null("")})

    return column


_LINES = frozenset({"lines"})
for _dimension in (
    Split("month", _("Month"), lambda lake, rows: rows.mutate(month=rows.day.truncate("M"))),
    Split("line", _("Line of business"), _of_person("line")),
    Split("category", _("Category"), _looked_up("category", "products", "product_id", "category"), _LINES),
    Split("channel", _("Sales channel"), lambda lake, rows: rows, _LINES),
    Split("place", _("District"), _of_person("place")),
    Split("age_band", _("Age band"), _of_person("age_band")),
    Split("unit", _("Shop or dealer"), _looked_up("unit", "units", "unit_id", "code"), _LINES),
):
    DIMENSIONS[_dimension.name] = _dimension
