"""Who a rule selects now, and what it says in words."""

from functools import reduce
from operator import and_

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from dangol.decisions.segments.fields import FIELDS, Rule, normal
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import scored
from dangol.records.customers.models import Customer


def select(rule: Rule, *, run: Run | None) -> QuerySet[Customer]:
    """Customers who fulfil every field of the rule, by the values of this run: one query, nothing read yet.

    An empty rule selects everybody. Raises BadRule, and NotValuedYet when the rule asks for values and run is None.
    """
    conditions = [FIELDS[name].condition(name, value, run) for name, value in normal(rule).items()]
    return Customer.objects.known().filter(reduce(and_, conditions, Q()))


def mostly_in(rule: Rule, *, run: Run) -> str:
    """The region of the map in which more than half of those stand whom the rule selects; empty where there is none.

    Raises BadRule, and whatever `select` does.
    """
    found = select(rule, run=run).annotate(spot=scored(run, "region")).order_by().values_list("spot__text")
    counts = {str(region): int(people) for region, people in found.annotate(people=Count("pk"))}
    region = max(counts, key=lambda one: (counts[one], one), default="")
    return region if 2 * counts.get(region, 0) > sum(counts.values()) else ""


def described(rule: Rule) -> str:
    """The rule in words of the language in use, such as "Region II · Value to the customer 0–40". Raises BadRule."""
    parts = [f"{FIELDS[name].label} {FIELDS[name].written(value)}" for name, value in normal(rule).items()]
    return " · ".join(parts) or _("All customers")
