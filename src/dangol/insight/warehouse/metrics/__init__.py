"""Keeps every metric and every dimension, each defined once: pages, segments, reports and the API read this registry.

Called by: web, the command and the rooms above the warehouse. Must never know: how an answer is shown.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics import (
    calendar,
    campaigns,
    concentration,
    contacts,
    customers,
    giving,
    goods,
    growth,
    library,
    occasions,
    persons,
    points,
    sales,
    spending,
    subscriptions,
    voices,
    web,
)
from dangol.insight.warehouse.metrics.asking import value
from dangol.insight.warehouse.metrics.currencies import MixedCurrencies
from dangol.insight.warehouse.metrics.registry import (
    DIMENSIONS,
    METRICS,
    Additivity,
    Family,
    Form,
    Metric,
    NoSuchMetric,
    NotAdditive,
    Split,
    Unit,
    added_up,
    enter,
    fits,
    fitting,
    named,
    split_named,
)

__all__ = [
    "DIMENSIONS", "GROUPS", "METRICS", "Additivity", "Family", "Form", "Metric", "MixedCurrencies", "NoSuchMetric",
    "NotAdditive", "Split", "Unit", "added_up", "fits", "fitting", "named", "split_named", "value",
]  # fmt: skip

# What metrics are about, in the order in which they are chosen from.
GROUPS: tuple[tuple[Promise, tuple[Metric, ...]], ...] = (
    (_("Sales"), (*sales.METRICS, *growth.METRICS)),
    (_("Customers"), (*customers.METRICS, *concentration.METRICS)),
    (_("Points and benefits"), (*points.METRICS, *giving.METRICS)),
    (_("Contacts and service"), (*contacts.METRICS, *voices.METRICS, *web.METRICS)),
    (_("Subscriptions, loans and campaigns"), (*subscriptions.METRICS, *library.METRICS, *campaigns.METRICS)),
    (_("Costs of winning and keeping"), spending.METRICS),
)
for _about, _metrics in GROUPS:
    enter(*_metrics)
enter(*calendar.SPLITS, *persons.SPLITS, *goods.SPLITS, *occasions.SPLITS)
