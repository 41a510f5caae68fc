"""A campaign to those for whom something was recommended takes the portfolio over: they are followed from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from dangol.decisions.campaigns.arms import Arm
from dangol.decisions.campaigns.eligibility import Candidate
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.relationship.positioning.names import PROGRAMME


def follow(campaign: Campaign, arms: Sequence[tuple[Candidate, Arm]], *, at: datetime) -> None:
    """Keep what was recommended to those drawn, where the campaign chose them by it; call it as the campaign starts."""
    programmes = campaign.segment.rule.get(PROGRAMME, ())
    if not programmes:
        return
    # It reads values as arrays, which takes a second to load: other campaigns need not wait.
    from dangol.insight.relationship.following.taking_over import take_over

    drawn = [(one.customer_id, arm is Arm.TREATED) for one, arm in arms]
    take_over(source_ref=campaign.source_ref, programmes=programmes, drawn=drawn, at=at)


def by_mark(marks: Iterable[str]) -> dict[str, Campaign]:
    """The campaigns behind these marks of the ledger: one question."""
    wanted = set(marks)
    numbers = [int(one.partition(":")[2]) for one in wanted if one.startswith("campaign:")]
    return {one.source_ref: one for one in Campaign.objects.filter(pk__in=numbers)} if numbers else {}
