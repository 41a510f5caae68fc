"""The picked part of the map in numbers: who they are, what they are worth, and whom of them a message may reach.

Who they are is told from what is kept at hand where customers are very many, else by the store; whom a message may
reach is asked of the rule of permission for each of them, which takes its time of many: that is a question of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import Abs

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns.eligibility import counts
from dangol.decisions.segments.queries import part_of, select
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import scored
from dangol.insight.relationship import places
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.places import Counted
from dangol.records.customers.columns import Asked
from dangol.web.campaigns.choice import Choice
from dangol.web.shell.words import REGIONS

FARTHEST = 5


@dataclass(frozen=True)
class Picked:
    """Means are None where nobody picked stands on the map; money in minor units."""

    customers: int
    regions: dict[str, int]
    customer_value: float | None
    customer_equity: float | None
    equity: relationship.Total
    farthest: list[relationship.Point]

    @property
    def region(self) -> str:
        """The one region all of them are in; empty where they are in several."""
        present = [region for region, number in self.regions.items() if number]
        return present[0] if len(present) == 1 else ""

    @property
    def named_regions(self) -> list[tuple[str, int]]:
        """Regions with their numbers, those that hold anybody."""
        return [(region, self.regions[region]) for region in REGIONS if self.regions[region]]


@dataclass(frozen=True)
class Sendable:
    """How many of the picked may be sent a message now; those who may not, by reason."""

    may_send: int
    withheld: dict[str, int]

    @property
    def customers(self) -> int:
        """All of the picked."""
        return self.may_send + sum(self.withheld.values())


def picked(choice: Choice, *, run: Run, at: datetime) -> Picked:
    """What the page says of the picked: a fixed number of queries, however many they are."""
    asked = Asked(at)
    found = places.counted(part_of(choice.rule, run=run), run, asked, farthest=FARTHEST) or _counted(choice, run)
    return Picked(
        customers=found.customers,
        regions={region: found.regions[region] for region in REGIONS},
        customer_value=found.customer_value,
        customer_equity=found.customer_equity,
        equity=relationship.total_of(run, found.equity, found.variance),
        farthest=_points(found.farthest, run),
    )


def sendable(choice: Choice, *, run: Run, channel: Channel, at: datetime) -> Sendable:
    """Whom of the picked advertising by the channel may reach now, asked of the store: one query."""
    found = counts(choice.rule, run=run, channel=channel.facts, at=at)
    return Sendable(found.pop("", 0), found)


def _counted(choice: Choice, run: Run) -> Counted:
    """The same of the store."""
    spread = (F("money__equity_high") - F("money__equity_low")) / (2 * NORMAL_975)
    found = select(choice.rule, run=run).annotate(
        cv=scored(run, "customer_value"),
        ce=scored(run, "customer_equity"),
        money=relationship.worked_out(run),
        spot=scored(run, "region"),
    )
    sums: dict[str, Any] = found.aggregate(
        customers=Count("pk"),
        value=Avg("cv__value"),
        company=Avg("ce__value"),
        equity=Sum("money__equity"),
        variance=Sum(spread * spread),
        **{f"in_{region}": Count("pk", filter=Q(spot__text=region)) for region in REGIONS},
    )
    return Counted(
        customers=sums["customers"],
        regions={region: sums[f"in_{region}"] for region in REGIONS},
        customer_value=sums["value"],
        customer_equity=sums["company"],
        equity=sums["equity"] or 0.0,
        variance=sums["variance"] or 0.0,
        farthest=_farthest(choice, run),
    )


def _farthest(choice: Choice, run: Run) -> list[int]:
    """Those of the picked who stand farthest from the fair-value line."""
    gaps = Score.objects.filter(run=run, name="region", value__isnull=False, customer__in=select(choice.rule, run=run))
    order = gaps.annotate(far=Abs("value")).order_by("-far", "customer_id")
    return list(order.values_list("customer_id", flat=True)[:FARTHEST])


def _points(ids: list[int], run: Run) -> list[relationship.Point]:
    """As they stand on record: one query."""
    columns = ("pk", "full_name", "line", "value_", "equity_", "region_")
    rows = relationship.placed(run).filter(pk__in=ids).values_list(*columns)
    found = {row[0]: relationship.Point(*row) for row in rows}
    return [found[key] for key in ids if key in found]
