"""Who a rule selects now, and what it says in words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from dangol.decisions.segments.fields import FIELDS, Rule, normal
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import scored
from dangol.insight.relationship import lasso, places
from dangol.insight.relationship.places import Counted, Part
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers.columns import Asked
from dangol.records.customers.models import Customer

AT_HAND = frozenset({"region", "line", "lasso", "customer_value", "customer_equity"})  # fields that are kept at hand
LEAST, MOST = 0.0, 100.0  # of both values


def select(rule: Rule, *, run: Run | None) -> QuerySet[Customer]:
    """Customers who fulfil every field of the rule, by the values of this run: one query, nothing read yet.

    An empty rule selects everybody. Raises BadRule, and NotValuedYet when the rule asks for values and run is None.
    """
    conditions = [FIELDS[name].condition(name, value, run) for name, value in normal(rule).items()]
    return Customer.objects.known().filter(reduce(and_, conditions, Q()))


def how_many(rule: Rule, *, run: Run | None, at: datetime) -> int:
    """How many customers the rule selects: of very many told from what is kept at hand. Raises what `select` does."""
    told = _at_hand(rule, run, at)
    return told.customers if told else select(rule, run=run).count()


def mostly_in(rule: Rule, *, run: Run, at: datetime) -> str:
    """The region of the map in which more than half of those stand whom the rule selects; empty where there is none.

    Raises BadRule, and whatever `select` does.
    """
    told = _at_hand(rule, run, at)
    counts, people = (told.regions, told.customers) if told else _regions(rule, run)
    region = max(counts, key=lambda one: (counts[one], one), default="")
    return region if 2 * counts.get(region, 0) > people else ""


def part_of(rule: Rule, *, run: Run) -> Part:
    """The same as a part of the map; what is not kept at hand is asked of the store when wanted. Raises BadRule."""
    told = normal(rule)
    others = {name: value for name, value in told.items() if name not in AT_HAND}
    return Part(
        regions=tuple(told.get("region", ())),
        lines=tuple(told.get("line", ())),
        customer_value=_ends(told.get("customer_value")),
        customer_equity=_ends(told.get("customer_equity")),
        outline=lasso.corners(told["lasso"]) if "lasso" in told else (),
        among=_among(others, run) if others else None,
    )


def _at_hand(rule: Rule, run: Run | None, at: datetime) -> Counted | None:
    """None where the store is to be asked."""
    return places.counted(part_of(rule, run=run), run, Asked(at), farthest=1) if run else None


def _regions(rule: Rule, run: Run) -> tuple[dict[str, int], int]:
    found = select(rule, run=run).annotate(spot=scored(run, "region")).order_by().values_list("spot__text")
    counts = {str(region): int(people) for region, people in found.annotate(people=Count("pk"))}
    return counts, sum(counts.values())


def _ends(ends: Any) -> tuple[float, float] | None:
    return None if ends is None else (LEAST if ends[0] is None else ends[0], MOST if ends[1] is None else ends[1])


def _among(others: Rule, run: Run) -> Iterable[Sequence[int]]:
    return (keys for (keys,) in plain_rows(select(others, run=run).values_list("pk")))


def described(rule: Rule) -> str:
    """The rule in words of the language in use, such as "Region II · Value to the customer 0–40". Raises BadRule."""
    parts = [f"{FIELDS[name].label} {FIELDS[name].written(value)}" for name, value in normal(rule).items()]
    return " · ".join(parts) or _("All customers")
