"""What the newest valuation says of expectations: counts, the best below, and those excluded who complained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.expectation.excluded import Complaining
from dangol.insight.relationship.expectation.gaps import BELOW, BEST, SCORES
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.customers.models import Customer

KEPT = "expectation"  # in the summary of a valuation


@dataclass(frozen=True)
class Unmet:
    """One of the best customers below expectation: equity in minor units, and why.

    gap: of the scale's length, None where not measured, `how` ("asked" or "former"); counted: shortfalls by name.
    """

    customer: Customer
    equity: float
    gap: float | None
    how: str
    counted: dict[str, int]


@dataclass(frozen=True)
class Expectation:
    """Everything the page tells. counts: as `gaps.summary` writes them; share: who counts among the best; left_out: how
    many complained after they were left out, None in valuations that did not count people.
    """

    run: Run
    share: float
    counts: dict[str, int]
    excluded: tuple[Complaining, ...]
    left_out: int | None

    @property
    def best_below(self) -> int:
        return self.counts[BEST]

    @property
    def below(self) -> int:
        """All below, the best among them."""
        return self.counts[BEST] + self.counts[BELOW]

    @property
    def upset(self) -> tuple[Complaining, ...]:
        """Those excluded who complain more than those treated, beyond chance."""
        return tuple(one for one in self.excluded if one.surely_more)


def last_expectation() -> Expectation | None:
    """Of the newest valuation; None before the first that looked at it."""
    run = latest_run(VALUATION)
    return expectation_of(run) if run else None


def expectation_of(run: Run) -> Expectation | None:
    """Of one valuation; None where it was made before this was looked at."""
    kept: dict[str, Any] | None = run.summary.get(KEPT)
    if kept is None:
        return None
    excluded = tuple(Complaining(**one) for one in kept["excluded"])
    return Expectation(run, kept["share"], kept["counts"], excluded, kept.get("left_out"))


def best_below(run: Run, *, limit: int = 50) -> list[Unmet]:
    """The best customers below expectation, the most valuable first. Three queries."""
    mine = Score.objects.filter(run=run, name="expectation", text=BEST).values("customer")
    worth = Parts.objects.filter(run=run, customer__in=mine, equity__isnull=False).order_by("-equity", "customer_id")
    equity = dict(worth.values_list("customer_id", "equity")[:limit])
    people = Customer.objects.known().in_bulk(list(equity))
    told: dict[int, dict[str, tuple[float, str]]] = {}
    names = ["expectation_gap", *SCORES.values()]
    for who, name, value, text in Score.objects.filter(run=run, name__in=names, customer__in=people).values_list(
        "customer_id", "name", "value", "text"
    ):
        told.setdefault(who, {})[name] = (value or 0.0, text)
    return [_unmet(people[who], equity[who] or 0.0, told.get(who, {})) for who in equity if who in people]


def _unmet(customer: Customer, equity: float, told: dict[str, tuple[float, str]]) -> Unmet:
    gap, how = told.get("expectation_gap", (None, ""))
    counted = {name: round(told[score][0]) for name, score in SCORES.items() if score in told}
    return Unmet(customer, equity, gap, how, counted)
