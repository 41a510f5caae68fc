"""Where the loop stands: five stages, one number each, and the one to begin with. A fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from dangol.contact.intake.models import Batch, Reject
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Effect, Run
from dangol.insight.analysis.queries import effects_on
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Transaction
from dangol.records.outbox.models import Message


@dataclass(frozen=True)
class Standing:
    """Everything the page Today tells, read once. `effect` is per customer assigned, as its outcome is counted."""

    customers: int
    transactions: int
    run: Run | None
    regions: dict[str, int]
    planned: list[Campaign]
    running: list[Campaign]
    measured: Campaign | None
    effect: Effect | None
    sent: int
    waiting: int
    rejected: Batch | None

    @property
    def valued(self) -> int:
        return sum(count for region, count in self.regions.items() if region != "unknown")

    @property
    def unknown(self) -> int:
        return self.regions.get("unknown", 0)

    @property
    def uses(self) -> int | None:
        """Loans, visits and questions of the year before; None where values are counted in money."""
        used = self.run.summary.get("used") if self.run and is_by_use(self.run) else None
        return round(used["loans"] + used["visits"] + used["questions"]) if used else None

    @property
    def short_changed(self) -> int:
        return self.regions.get("II", 0)

    @property
    def stage(self) -> str:
        """Where to begin: the first stage whose work is not done."""
        if not self.customers:
            return "know"
        if self.run is None:
            return "value"
        if self.waiting:
            return "meet"
        if self.running:
            return "learn"
        return "decide" if self.short_changed or self.planned else "value"


def standing(known: Mapping[str, Run] | None = None) -> Standing:
    """The loop as it stands now; known: the newest runs by kind, where they were asked for already."""
    run = relationship.current_run() if known is None else known.get(VALUATION)
    campaigns = list(Campaign.objects.order_by("-launched_at", "-planned_at"))
    measured = sorted((one for one in campaigns if one.measured_at), key=lambda one: (one.measured_at, one.pk))
    latest = measured[-1] if measured else None
    messages = Message.objects.aggregate(
        sent=Count("pk", filter=Q(handed_over_at__isnull=False)),
        waiting=Count("pk", filter=Q(handed_over_at=None, withheld="")),
    )
    people, sales = _counted(Customer.objects.known(), "people"), _counted(Transaction.objects.all(), "sales")
    counts = dict(people.union(sales, all=True))
    return Standing(
        customers=counts["people"],
        transactions=counts["sales"],
        run=run,
        regions=relationship.regions(run) if run else {},
        planned=[one for one in campaigns if one.launched_at is None],
        running=[one for one in campaigns if one.launched_at and not one.measured_at],
        measured=latest,
        effect=_effect(latest),
        sent=messages["sent"],
        waiting=messages["waiting"],
        rejected=_rejected(),
    )


def ends_at(campaign: Campaign) -> datetime | None:
    """When the last response of a launched campaign is counted."""
    return campaign.launched_at + timedelta(weeks=campaign.weeks) if campaign.launched_at else None


def _counted(rows: QuerySet[Any, Any], what: str) -> QuerySet[Any, tuple[str, int]]:
    """One row, (what, how many there are), so that several can be asked for at once."""
    told = rows.order_by().annotate(what=Value(what)).values("what").annotate(many=Count("pk"))
    found: QuerySet[Any, tuple[str, int]] = told.values_list("what", "many")
    return found


def _rejected() -> Batch | None:
    """The last file with rows that can still be mended: they are kept for a while alone."""
    kept = Exists(Reject.objects.to_mend().filter(batch=OuterRef("pk")))
    return Batch.objects.filter(kept, rejected__gt=0).order_by("-started_at", "-pk").first()


def _effect(campaign: Campaign | None) -> Effect | None:
    return effects_on(campaign.source_ref).filter(declared=True).first() if campaign else None
