"""A campaign to those for whom something was recommended takes the portfolio over: they are followed from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from dangol.decisions.campaigns.eligibility import Candidate
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.relationship.positioning.names import PROGRAMME
from dangol.records.ledger.arms import Arm
from dangol.records.ledger.models import Assignment


def follow(campaign: Campaign, arms: Sequence[tuple[Candidate, Arm]], *, at: datetime) -> None:
    """Keep what was recommended to those drawn, where the campaign chose them by it; call it as the campaign starts.

    A later issue of a series keeps it of those alone whom no issue before drew: they are followed from their first.
    """
    programmes = campaign.segment.rule.get(PROGRAMME, ())
    if not programmes:
        return
    # It reads values as arrays, which takes a second to load: other campaigns need not wait.
    from dangol.insight.relationship.following.taking_over import take_over

    known = _drawn_before(campaign)
    drawn = [(one.customer_id, arm is Arm.TREATED) for one, arm in arms if one.customer_id not in known]
    take_over(source_ref=campaign.source_ref, programmes=programmes, drawn=drawn, at=at)


def _drawn_before(campaign: Campaign) -> set[int]:
    if campaign.series_id is None:
        return set()
    before = Campaign.objects.filter(series=campaign.series_id, launched_at__isnull=False).exclude(pk=campaign.pk)
    refs = [one.source_ref for one in before]
    drawn = Assignment.objects.filter(source_ref__in=refs).values_list("identity__customer_id", flat=True)
    return set(drawn) if refs else set()


def by_mark(marks: Iterable[str]) -> dict[str, Campaign]:
    """The campaigns behind these marks of the ledger: one question."""
    wanted = set(marks)
    numbers = [int(one.partition(":")[2]) for one in wanted if one.startswith("campaign:")]
    return {one.source_ref: one for one in Campaign.objects.filter(pk__in=numbers)} if numbers else {}
