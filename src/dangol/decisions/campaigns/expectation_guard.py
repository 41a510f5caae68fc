"""Whom of those served below what they expect a plan would reach: counted in the database before anything is sent.

Two groups of the newest valuation count: the best customers below expectation, and those who complained after a
campaign that left them out. Each of them gets it (they are among those the lot is drawn among), is picked but may not
be sent it, or is not picked by the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dangol.decisions.campaigns.eligibility import picked
from dangol.decisions.segments.fields import Rule
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.expectation.excluded import COMPLAINED, SCORE
from dangol.insight.relationship.expectation.gaps import BEST
from dangol.insight.relationship.expectation.queries import Expectation, expectation_of
from dangol.records.customers.models import Customer
from dangol.records.permission.asking import NOTHING, About, ChannelFacts

BEST_BELOW, LEFT_OUT = "best_below", "left_out"
GROUPS = {BEST_BELOW: ("expectation", BEST), LEFT_OUT: (SCORE, COMPLAINED)}


@dataclass(frozen=True)
class Concerned:
    """Customers of one group. people = reached + withheld + not_picked."""

    group: str
    people: int
    reached: int
    withheld: int

    @property
    def not_picked(self) -> int:
        return self.people - self.reached - self.withheld

    @property
    def missed(self) -> int:
        """How many do not get it, for whichever reason."""
        return self.people - self.reached


@dataclass(frozen=True)
class Guard:
    """What a plan does to expectations as they were told on the day of `found.run`.

    left_out: None where that valuation did not look who complained after being left out.
    """

    found: Expectation
    best_below: Concerned
    left_out: Concerned | None

    @property
    def groups(self) -> tuple[Concerned, ...]:
        """Those that are known."""
        return (self.best_below, self.left_out) if self.left_out else (self.best_below,)

    @property
    def missed(self) -> bool:
        """Whether anybody of them does not get it."""
        return any(one.missed for one in self.groups)


def expectation_guard(
    rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING
) -> Guard | None:
    """Two queries, whatever the number of customers; None before a valuation looked at expectations.

    Raises BadRule, NotValuedYet.
    """
    found = expectation_of(run) if run else None
    if found is None or run is None:
        return None
    known = _marked(Customer.objects.known(), run).aggregate(**{name: _count(name) for name in GROUPS})
    taken = _marked(picked(rule, run=run, channel=channel, at=at, about=about), run).aggregate(
        **{name: _count(name) for name in GROUPS},
        **{f"{name}_reached": _count(name, kept_="", known=True) for name in GROUPS},
    )
    best_below, left_out = (
        Concerned(name, known[name], taken[f"{name}_reached"], taken[name] - taken[f"{name}_reached"])
        for name in GROUPS
    )
    return Guard(found, best_below, None if found.left_out is None else left_out)


def _marked(customers: QuerySet[Customer, Any], run: Run) -> QuerySet[Customer, Any]:
    """Those in one of the groups, each with the groups they are in."""
    scores = {name: Score.objects.filter(run=run, name=score, text=word) for name, (score, word) in GROUPS.items()}
    either = Q(pk__in=scores[BEST_BELOW].values("customer")) | Q(pk__in=scores[LEFT_OUT].values("customer"))
    mine = {f"is_{name}": Exists(rows.filter(customer=OuterRef("pk"))) for name, rows in scores.items()}
    return customers.filter(either).annotate(**mine)


def _count(group: str, **more: Any) -> Count:
    return Count("pk", filter=Q(**{f"is_{group}": True}, **more))
