"""The list of campaigns, in a fixed number of queries however many there are."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.decisions.campaigns.judged_by import why_unsold
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Effect, Run
from dangol.records.ledger.models import Assignment
from dangol.records.outbox.models import Message
from dangol.web import clock
from dangol.web.campaigns.results import ends_at

STATES: dict[str, str | Promise] = {
    "planned": _("Planned"),
    "running": _("Running"),
    "over": _("Ready to measure"),
    "measured": _("Result is in"),
    "unmeasured": _("Its weeks are over"),
}


@dataclass(frozen=True)
class Row:
    """One campaign as the list shows it."""

    campaign: Campaign
    state: str
    assigned: int
    held_out: int
    sent: int
    effect: Effect | None
    ends_at: datetime | None

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])


def rows(*, run: Run | None, of: int | None = None) -> list[Row]:
    """Every campaign, the latest first, or the issues of one series; run: the newest valuation. Four queries."""
    everything = Campaign.objects.select_related("offer").order_by("-planned_at", "-pk")
    found = list(everything if of is None else everything.filter(series=of))
    arms = Assignment.objects.filter(source_ref__startswith="campaign:").values_list("source_ref")
    counts = {
        ref: (n, out)
        for ref, n, out in arms.annotate(n=Count("pk"), out=Count("pk", filter=Q(arm=Assignment.Arm.HELD_OUT)))
    }
    left = Message.objects.filter(handed_over_at__isnull=False).values_list("source_ref")
    sent = dict(left.annotate(n=Count("pk")))
    effects = {one.source_ref: one for one in _declared()}
    return [
        Row(
            one, state_of(one, run=run), *counts.get(one.source_ref, (0, 0)), sent.get(one.source_ref, 0),
            effects.get(one.source_ref), ends_at(one),
        )
        for one in found
    ]  # fmt: skip


def state_of(campaign: Campaign, *, run: Run | None) -> str:
    """Planned, running, over (its weeks have passed but nobody measured; unmeasured where nobody will), or measured.

    run: the newest valuation, which says whether what customers spend can be compared.
    """
    if campaign.launched_at is None:
        return "planned"
    if campaign.measured_at is not None:
        return "measured"
    end = ends_at(campaign)
    if end is None or end > clock.as_of():
        return "running"
    return "unmeasured" if why_unsold(campaign.outcome, run) else "over"


def _declared() -> list[Effect]:
    """The declared effects of finished runs, the latest of a campaign last."""
    finished = Effect.objects.filter(declared=True, run__finished_at__isnull=False)
    return list(finished.order_by("run__finished_at", "pk"))
