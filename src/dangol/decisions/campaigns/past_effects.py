"""What measured campaigns changed: for the business by their offer, for customers by programme."""

from __future__ import annotations

from collections import defaultdict

from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Effect
from dangol.insight.relationship.following.gained import customers_gained
from dangol.insight.relationship.positioning.learning import Past, PastEffect


def past_effects() -> Past:
    """The effect of each measured campaign by the code of its offer, in money and in uses: the estimate declared before
    launch, of the last measurement; and what customers gained where a portfolio was followed.

    Four queries, however many campaigns.
    """
    offers = {
        one.source_ref: one.offer.code
        for one in Campaign.objects.filter(measured_at__isnull=False).select_related("offer")
    }
    rows = Effect.objects.filter(source_ref__in=offers, declared=True, run__finished_at__isnull=False)
    last = {row.source_ref: row for row in rows.order_by("run_id")}
    found: dict[str, dict[str, list[PastEffect]]] = {one: defaultdict(list) for one in Outcome}
    for ref, row in last.items():
        found[row.outcome][offers[ref]].append(PastEffect(row.effect, row.ci_low, row.ci_high))
    return Past(dict(found[Outcome.NET_REVENUE]), customers_gained(), dict(found[Outcome.USES]))
