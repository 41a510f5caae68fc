"""Read the plan of the loop, when it goes round next, and every evaluation and choice so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_runs, latest_run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, SHORT_CHANGED
from dangol.insight.relationship.models import LoopPlan, Takeover
from dangol.insight.relationship.movement.months import following, month_of
from dangol.insight.relationship.positioning.names import KIND as POSITIONING
from dangol.insight.relationship.positioning.worth_of_a_use import said_last
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.staff.models import User

WEEK = timedelta(days=7)
SHOWN = 30  # steps: more than a year of months with what was chosen


@dataclass(frozen=True)
class Evaluation:
    """One valuation of everybody. regions: customers by region; by: who asked, None: no person."""

    run: int
    at: datetime
    as_of: datetime
    by: User | None
    regions: Mapping[str, int]

    @property
    def balanced(self) -> float | None:
        """Of those on the map, the part in balance."""
        placed = sum(self.regions.get(one, 0) for one in (MORE_TO_OFFER, FAIR, SHORT_CHANGED))
        return self.regions.get(FAIR, 0) / placed if placed else None


@dataclass(frozen=True)
class Choice:
    """One portfolio: for how many something was chosen, and how many points unfairness was expected to shrink."""

    run: int
    at: datetime
    as_of: datetime
    by: User | None
    customers: int
    before: float | None
    after: float | None


@dataclass(frozen=True)
class CarriedOut:
    """One takeover of a portfolio."""

    at: datetime
    source_ref: str
    portfolio: int | None


type Step = Evaluation | Choice | CarriedOut


def plan() -> LoopPlan | None:
    """The plan that stands; None where nobody ever set one."""
    return LoopPlan.objects.select_related("by").order_by("-pk").first()


def next_day(standing: LoopPlan | None) -> date | None:
    """The shop's day on which everybody is to be valued, or chosen for, anew; None: not by itself, or nobody was valued
    yet.
    """
    return min((day for day in (_valuing_day(standing), _choosing_day(standing)) if day), default=None)


def due(standing: LoopPlan | None, *, today: date) -> bool:
    """Whether the day has come on which everybody is to be valued anew."""
    day = _valuing_day(standing)
    return day is not None and today >= day


def to_choose_for(standing: LoopPlan | None, *, today: date) -> Run | None:
    """The newest valuation, where what to do is to be chosen by it: the day has come, and it was not done yet.

    Whoever asked for that valuation: where every import values everybody, none is ever made because of the plan.
    """
    day, valued = _choosing_day(standing), latest_run(VALUATION)
    if day is None or valued is None or today < day:
        return None
    chosen = latest_run(POSITIONING)
    return None if chosen and chosen.parameters.get("valuation") == valued.pk else valued


def _valuing_day(standing: LoopPlan | None) -> date | None:
    """A week after the day of the last valuation, whoever asked for it, or on the first day of the month after it."""
    last = latest_run(VALUATION)
    return _after(shops_day(last.as_of), standing) if last else None


def _choosing_day(standing: LoopPlan | None) -> date | None:
    """The same after the last choice, or after the plan was made; None: without a budget, or where uses are counted and
    nobody has said yet what one is worth.
    """
    last = latest_run(VALUATION)
    if standing is None or standing.budget is None or last is None or (is_by_use(last) and not said_last()):
        return None
    chosen = latest_run(POSITIONING)
    return _after(shops_day(chosen.as_of if chosen else standing.at), standing)


def _after(day: date, standing: LoopPlan | None) -> date | None:
    if standing is None or standing.every == LoopPlan.Every.NEVER:
        return None
    return day + WEEK if standing.every == LoopPlan.Every.WEEK else following(month_of(day))


def steps() -> list[Step]:
    """What was evaluated, chosen and carried out, the newest first: the last SHOWN. Four queries."""
    runs = [*_told(VALUATION), *_told(POSITIONING)]
    found: list[Step] = [*runs, *_carried_out()]
    return sorted(found, key=lambda one: (one.at, isinstance(one, Choice)), reverse=True)[:SHOWN]


def _told(kind: str) -> Sequence[Evaluation | Choice]:
    """Only what is shown is read of a run: its map alone would be a megabyte."""
    names = ("pk", "started_at", "as_of", "parameters__by", "summary__regions", "summary__unfairness")
    rows = list(finished_runs(kind).values_list(*names, "summary__customers")[:SHOWN])
    who = User.objects.in_bulk([row[3] for row in rows if isinstance(row[3], int)])
    if kind == VALUATION:
        return [Evaluation(row[0], row[1], row[2], who.get(row[3]), row[4] or {}) for row in rows]
    return [
        Choice(
            row[0], row[1], row[2], who.get(row[3]), row[6], (row[5] or {}).get("before"), (row[5] or {}).get("after")
        )
        for row in rows
    ]


def _carried_out() -> list[CarriedOut]:
    rows = Takeover.objects.order_by("-pk").values_list("at", "source_ref", "portfolio")[:SHOWN]
    return [CarriedOut(*row) for row in rows]
