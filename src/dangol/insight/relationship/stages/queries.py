"""What the newest evaluation says: how many stand where, who moved, and the course of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.stages.models import OF_TRACK, Step, Track
from dangol.insight.relationship.stages.names import KIND, MONTH
from dangol.insight.relationship.stages.rules import StageRules
from dangol.lib.asked_again import asked_again


@dataclass(frozen=True)
class Counted:
    """How many stand in a state, and their part of all in the track."""

    state: str
    customers: int
    share: float


@dataclass(frozen=True)
class Move:
    """Customers who stood in `was` at the begin of the month and stand in `now`; share: of those in `was`, 95 %
    interval low to high; None where they were nowhere yet.
    """

    was: str
    now: str
    customers: int
    among: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Told:
    """One track: all its states in their order, and the moves of the month, the most customers first."""

    track: str
    states: Sequence[Counted]
    moves: Sequence[Move]

    @property
    def customers(self) -> int:
        """All who stand in the track."""
        return sum(one.customers for one in self.states)


def last_evaluation() -> Run | None:
    """The newest finished run, or None where nobody has asked."""
    return latest_run(KIND)


def rules_of(run: Run) -> StageRules:
    """The rules it was told by."""
    return StageRules(**{name: kept for name, kept in run.parameters.items() if name in StageRules().as_parameters()})


def day_of(run: Run) -> date:
    """The shop's day up to which it tells."""
    return shops_day(run.as_of)


def month_before(run: Run) -> date:
    """The day from which on movement is told."""
    return day_of(run) - timedelta(days=MONTH)


def told(run: Run) -> tuple[Told, Told]:
    """Stages and life cycle."""
    return _told(run, Track.STAGE), _told(run, Track.CYCLE)


def _told(run: Run, track: Track) -> Told:
    kept: dict[str, Any] = run.summary[track.value]
    counts, moves = kept["counts"], kept["moves"]
    among: dict[str, int] = {}
    for was, _now, customers in moves:
        among[was] = among.get(was, 0) + customers
    whole = sum(counts.values())
    states = [
        Counted(state.value, counts.get(state.value, 0), counts.get(state.value, 0) / whole if whole else 0.0)
        for state in OF_TRACK[track]
    ]
    found = [_move(was, now, customers, among[was]) for was, now, customers in moves if was != now]
    return Told(track.value, states, sorted(found, key=lambda one: -one.customers))


def _move(was: str, now: str, customers: int, among: int) -> Move:
    if not was:
        return Move(was, now, customers, among, None, None, None)
    low, high = wilson(customers, among)
    return Move(was, now, customers, among, customers / among, float(low), float(high))


def course_of(customer_id: int) -> list[Step]:
    """Every step of one customer, the newest first: one query."""
    return list(_course_of(customer_id))


@asked_again
def _course_of(customer: Any) -> QuerySet[Step]:
    return Step.objects.filter(customer=customer).order_by("-since", "-track")
