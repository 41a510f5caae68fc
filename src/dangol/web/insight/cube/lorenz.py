"""How unevenly a figure is spread over customers: the curve of the page Core customers, of whatever is asked here."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from dangol.insight.relationship.core.spread import Spread, spread_of
from dangol.insight.warehouse.cube import Question, of_each
from dangol.insight.warehouse.metrics import METRICS, Family, Unit
from dangol.insight.warehouse.metrics.registry import PEOPLE
from dangol.insight.warehouse.queries import lake
from dangol.records.staff.scope import Scope
from dangol.web.insight.cube.asked import Asked
from dangol.web.shell.figures import count, decimals, percent

UNEVEN = {"gini": "net_revenue", "top_fifth_share": "net_revenue"}  # figures read off the curve → what it is of
COUNTED = frozenset({"lines", "purchases", "loans", "uses"})  # facts of which a customer can have more than one


def measure_of(asked: Asked) -> str:
    """What is spread over customers; empty where what is asked cannot be."""
    metric = METRICS[UNEVEN.get(asked.metrics[0], asked.metrics[0])]
    adds = Family.PERSON in metric.adds_over and metric.adds_over != PEOPLE
    counted = metric.unit is Unit.MONEY or (metric.unit is Unit.COUNT and metric.fact in COUNTED)
    return metric.name if adds and counted and metric.each is None and not metric.stock else ""


def spread(question: Question, *, scope: Scope) -> Spread | None:
    """How the first metric is spread over the customers of the question; None where nobody has any."""
    found = of_each(lake(), question, scope=scope)
    values = np.asarray(found.to_numpy(), np.float64)
    return spread_of(values, draws=0) if len(values) else None


def finding(found: Spread) -> str:
    """In one sentence."""
    return _("The best fifth of customers holds %(share)s") % {"share": percent(found.top_share.value, 1)}


def unit(measure: str, found: Spread) -> str:
    """What is to be known to read it."""
    said = _(
        "%(measure)s of %(people)s customers, from the least to the most. On the dashed line all are equal. Gini"
        " coefficient %(gini)s."
    ) % {"measure": METRICS[measure].label, "people": count(found.customers), "gini": decimals(found.gini.value, 3)}
    if found.negative_customers:
        said += " " + _("%(people)s customers below 0 are not in it.") % {"people": count(found.negative_customers)}
    return said
