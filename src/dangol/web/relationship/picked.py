"""The picked part of the map in numbers: who they are, what they are worth, whom of them a message may reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, FilteredRelation, Q, Sum
from django.db.models.functions import Abs

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns.eligibility import counts
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries as relationship
from dangol.web.campaigns.choice import Choice
from dangol.web.shell.words import REGIONS

FARTHEST = 5


@dataclass(frozen=True)
class Picked:
    """Means are None where nobody picked stands on the map; money in minor units; withheld by reason."""

    customers: int
    regions: dict[str, int]
    customer_value: float | None
    customer_equity: float | None
    equity: relationship.Total
    may_send: int
    withheld: dict[str, int]
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


def picked(choice: Choice, *, run: Run, channel: Channel, at: datetime) -> Picked:
    """Everything the page says of the picked: a fixed number of queries, however many they are."""
    found = counts(choice.rule, run=run, channel=channel.facts, at=at)
    may_send = found.pop("", 0)
    sums = _sums(choice, run)
    return Picked(
        customers=may_send + sum(found.values()),
        regions={region: sums[f"in_{region}"] for region in REGIONS},
        customer_value=sums["value"],
        customer_equity=sums["company"],
        equity=relationship.total_of(run, sums["money"] or 0.0, sums["variance"] or 0.0),
        may_send=may_send,
        withheld=found,
        farthest=_farthest(choice, run),
    )


def _sums(choice: Choice, run: Run) -> dict[str, Any]:
    spread = (F("equity__high") - F("equity__low")) / (2 * NORMAL_975)
    found = select(choice.rule, run=run).annotate(
        cv=_score(run, "customer_value"),
        ce=_score(run, "customer_equity"),
        equity=_score(run, "equity"),
        spot=_score(run, "region"),
    )
    sums: dict[str, Any] = found.aggregate(
        value=Avg("cv__value"),
        company=Avg("ce__value"),
        money=Sum("equity__value"),
        variance=Sum(spread * spread),
        **{f"in_{region}": Count("pk", filter=Q(spot__text=region)) for region in REGIONS},
    )
    return sums


def _farthest(choice: Choice, run: Run) -> list[relationship.Point]:
    """Those of the picked who stand farthest from the fair-value line. Two queries."""
    gaps = Score.objects.filter(run=run, name="region", value__isnull=False, customer__in=select(choice.rule, run=run))
    order = gaps.annotate(far=Abs("value")).order_by("-far", "customer_id")
    ids = list(order.values_list("customer_id", flat=True)[:FARTHEST])
    columns = ("pk", "full_name", "line", "value_", "equity_", "region_")
    rows = relationship.placed(run).filter(pk__in=ids).values_list(*columns)
    found = {row[0]: relationship.Point(*row) for row in rows}
    return [found[key] for key in ids if key in found]


def _score(run: Run, name: str) -> FilteredRelation:
    return FilteredRelation("scores", condition=Q(scores__run=run, scores__name=name))
