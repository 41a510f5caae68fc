"""Read the months that are there, what moved between two of them, and who the customers of a cell are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.fair_line import SHORT_CHANGED
from dangol.insight.relationship.models import Movement, Position, Snapshot
from dangol.insight.relationship.movement.months import apart, between, following
from dangol.insight.relationship.movement.moves import AWAY, HIGH
from dangol.insight.relationship.movement.yardstick import yardstick_of
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.customers.models import Customer

SHOWN = 13  # months: a year and the month it began with


@dataclass(frozen=True)
class History:
    """The months on the standing yardstick, the oldest first; other: snapshots on another one, which do not compare."""

    yardstick: str
    snapshots: Sequence[Snapshot]
    other: int

    @property
    def missing(self) -> list[date]:
        """Months between the first and the last that nobody took."""
        if not self.snapshots:
            return []
        known = {one.month for one in self.snapshots}
        return [month for month in between(self.snapshots[0].month, self.snapshots[-1].month) if month not in known]

    def of(self, month: date | None) -> Snapshot | None:
        """That of a month."""
        return next((one for one in self.snapshots if one.month == month), None)

    @property
    def latest(self) -> list[Snapshot]:
        """Those of the last year."""
        if not self.snapshots:
            return []
        first = following(self.snapshots[-1].month, 1 - SHOWN)
        return [one for one in self.snapshots if one.month >= first]


def standing_yardstick() -> str:
    """That of the newest valuation; none before the first."""
    run = latest_run(VALUATION)
    return yardstick_of(run) if run else ""


def history() -> History:
    """What there is, by the yardstick of the newest valuation."""
    yardstick = standing_yardstick()
    here = list(Snapshot.objects.filter(yardstick=yardstick).order_by("month"))
    return History(yardstick, here, Snapshot.objects.exclude(yardstick=yardstick).count())


def movement(earlier: Snapshot, later: Snapshot) -> Movement | None:
    """What moved between two; None where nobody counted it (yet, or because they are too far apart)."""
    found = Movement.objects.filter(earlier=earlier, later=later)
    return found.select_related("earlier", "later").first()


def steps(months: Sequence[Snapshot]) -> list[Movement]:
    """What moved from each month to the next, where neither is missing, the oldest first."""
    found = Movement.objects.filter(later__in=months, earlier__in=months).select_related("earlier", "later")
    return [one for one in found.order_by("later__month") if apart(one.earlier.month, one.later.month) == 1]


def moved(earlier: Snapshot, later: Snapshot, was: str, became: str) -> QuerySet[Position]:
    """One place of each customer of a cell, by customer; `was`, `became`: a region or away.

    Read in order off the index by region of one month, and asked about the other by key: the first of a million come
    at once.
    """
    here, there = (later, earlier) if became != AWAY else (earlier, later)
    word, other = (became, was) if became != AWAY else (was, became)
    mate = Position.objects.filter(snapshot=there, customer=OuterRef("customer"))
    found = Position.objects.filter(snapshot=here, region=word)
    return found.filter(~Exists(mate) if other == AWAY else Exists(mate.filter(region=other))).order_by("customer")


def left_short(earlier: Snapshot, later: Snapshot) -> QuerySet[Position]:
    """Those of high equity who are below the band now and were not before, by customer."""
    before = Position.objects.filter(snapshot=earlier, customer=OuterRef("customer"), region=SHORT_CHANGED)
    found = Position.objects.filter(snapshot=later, region=SHORT_CHANGED, customer_equity__gte=HIGH)
    return found.filter(~Exists(before)).order_by("customer")


def both_places(customers: Collection[int], earlier: Snapshot, later: Snapshot) -> QuerySet[Customer, Any]:
    """These few customers with where they stood in both months."""
    told: QuerySet[Customer, Any] = Customer.objects.filter(pk__in=customers).annotate(
        old=FilteredRelation("positions", condition=Q(positions__snapshot=earlier)),
        new=FilteredRelation("positions", condition=Q(positions__snapshot=later)),
    ).annotate(
        old_value=F("old__customer_value"), old_equity=F("old__customer_equity"), old_region=F("old__region"),
        new_value=F("new__customer_value"), new_equity=F("new__customer_equity"), new_region=F("new__region"),
        money=F("new__equity"),
    )  # fmt: skip
    return told.order_by("pk")
