"""Asking a metric: the rows it is worked out over, whole or by a dimension."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dangol.insight.warehouse.metrics.currencies import refuse_mixed
from dangol.insight.warehouse.metrics.registry import Metric, fitting, named
from dangol.insight.warehouse.metrics.sources import source
from dangol.insight.warehouse.outcomes import moment
from dangol.insight.warehouse.queries import Lake


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
    split = None if by is None else fitting(chosen, by)
    rows = rows_of(lake, chosen, since=since, until=until)
    if split is None:
        return lake.arrow(measured(rows, [chosen]))[chosen.name][0].as_py()
    found = measured(split.column(lake, rows), [chosen], by=[split.name])
    found = found.select(split.name, value=found[chosen.name])
    return lake.arrow(found.order_by(split.name))


def rows_of(
    lake: Lake, metric: Metric, *, since: date | datetime | None = None, until: date | datetime | None = None
) -> Any:
    """The rows the metric is worked out over; what stands at the end of a period counts from the beginning on.

    Raises MixedCurrencies.
    """
    refuse_mixed(lake, metric)
    rows = within(source(lake, metric.fact), None if metric.stock else since, until)
    if metric.about_customers and "customer_key" not in rows.columns:
        rows = rows.inner_join(lake.people().select("identity_key", "customer_key"), "identity_key")
    return rows


def basis(metric: Metric) -> tuple[object, ...]:
    """What metrics must have in common to be `measured` over the same rows."""
    return metric.fact, metric.about_customers, metric.stock, metric.each


def measured(rows: Any, metrics: Sequence[Metric], *, by: Sequence[str] = ()) -> Any:
    """Metrics of one basis over their rows, a column each, by columns of the rows: an Ibis table, unordered."""
    each = metrics[0].each
    told = rows if each is None else each(rows, by)
    grouped = told.group_by(*by) if by else told
    return grouped.aggregate(**{metric.name: metric.expression(told) for metric in metrics})


def within(rows: Any, since: date | datetime | None, until: date | datetime | None) -> Any:
    """The rows at or after `since` and before `until`: dates are days of the shop, times are exact."""
    if since is not None:
        rows = rows.filter(rows.at >= moment(since) if isinstance(since, datetime) else rows.day >= since)
    if until is not None:
        rows = rows.filter(rows.at < moment(until) if isinstance(until, datetime) else rows.day < until)
    return rows
