"""What a campaign changed: everybody assigned counts, whether or not the message arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.insight.analysis.models import Effect
from dangol.records.ledger.models import Assignment, Interaction, Loan, Transaction

if TYPE_CHECKING:
    from dangol.insight.analysis.measurement import EffectEstimate, EffectPair
    from dangol.insight.warehouse.queries import Lake


@dataclass(frozen=True)
class Window:
    """The weeks in which the outcome is counted, and the same time before launch."""

    since: datetime
    until: datetime
    complete: bool

    @property
    def before(self) -> datetime:
        """Where the covariate's period begins; it ends at launch."""
        return self.since - (self.until - self.since)


def window_of(campaign: Campaign, *, launched_at: datetime, as_of: datetime) -> Window:
    """From launch to the end of the campaign's weeks, or to `as_of` when that comes first."""
    end = launched_at + timedelta(weeks=campaign.weeks)
    return Window(launched_at, min(as_of, end), complete=as_of >= end)


def assigned(source_ref: str) -> list[tuple[int, bool]]:
    """(customer's lake key, treated) of everybody who counts in an arm, each customer once."""
    rows = in_one_arm(source_ref).values_list("identity__customer__lake_key", "arm").distinct()
    return sorted((key, arm == Assignment.Arm.TREATED) for key, arm in rows)


def buyers(campaign: Campaign, until: datetime) -> dict[str, int]:
    """How many of each arm bought something, or used us where that is what it is judged by, after launch and before
    `until`: one question."""
    from dangol.insight.warehouse.uses import MET

    theirs = Q(identity__customer=OuterRef("identity__customer"), at__gte=campaign.launched_at, at__lt=until)
    if campaign.outcome == Outcome.USES:
        met = Interaction.objects.filter(theirs, direction=Interaction.Direction.IN, kind__in=sorted(MET))
        came = Exists(Loan.objects.filter(theirs)) | Exists(met)
    else:
        came = Q(Exists(Transaction.objects.filter(theirs, amount__gt=0)))
    found = in_one_arm(campaign.source_ref).filter(came).values_list("arm")
    return dict(found.annotate(n=Count("identity__customer", distinct=True)))


def in_one_arm(source_ref: str) -> QuerySet[Assignment]:
    """The assignments that count.

    Whoever was forgotten is in neither arm, and neither is a person who turned out to have been assigned to both: two
    customers, found to be one since. Both assignments stay on record.
    """
    return _known(source_ref).exclude(identity__customer__in=_in_both(source_ref))


def in_both_arms(source_ref: str) -> int:
    """How many people were treated as one customer and held out as another: they say nothing of the difference."""
    return _in_both(source_ref).count()


def _in_both(source_ref: str) -> QuerySet[Assignment, int]:
    people = _known(source_ref).values("identity__customer").annotate(one=Min("arm"), other=Max("arm"))
    return people.exclude(one=F("other")).values_list("identity__customer", flat=True)


def _known(source_ref: str) -> QuerySet[Assignment]:
    return Assignment.objects.filter(source_ref=source_ref, identity__customer__erased_at=None)


def forgotten(source_ref: str) -> int:
    """How many of those assigned were forgotten since: what they spent can be told of no arm any more."""
    gone = Assignment.objects.filter(source_ref=source_ref, identity__customer__erased_at__isnull=False)
    return gone.values("identity__customer").distinct().count()


def compared(campaign: Campaign, lake: Lake, window: Window) -> tuple[EffectPair, dict[str, Any]]:
    """Both estimates of the effect on the declared outcome per customer assigned, and how sound the assignment was.

    Raises CannotMeasure when there is too little to compare.
    """
    import numpy as np

    from dangol.decisions.campaigns.outcome import outcome_of
    from dangol.insight.analysis.measurement import SAMPLE_RATIO_STOP, effect_of, sample_ratio_p

    people = assigned(campaign.source_ref)
    keys, treated = [key for key, _ in people], np.array([arm for _, arm in people], dtype=np.bool_)
    after = outcome_of(lake, keys, since=window.since, until=window.until)
    before = outcome_of(lake, keys, since=window.before, until=window.since)
    pair = effect_of(after, treated, before=before)
    ratio = sample_ratio_p(treated, 1 - campaign.holdout_share)
    told = {"sample_ratio_p": ratio, "sample_ratio_sound": ratio >= SAMPLE_RATIO_STOP}
    left_out = {"forgotten": forgotten(campaign.source_ref), "both_arms": in_both_arms(campaign.source_ref)}
    return pair, told | left_out


def rows_of(campaign: Campaign | Series, pair: EffectPair) -> Iterable[Effect]:
    """The estimates as rows, the one declared before launch marked."""
    declared = pair.declared("raw" if campaign.estimator == Campaign.Estimator.RAW else "adjusted")
    for estimate in filter(None, (pair.raw, pair.adjusted)):
        yield _row(campaign, estimate, declared=estimate is declared)


def _row(campaign: Campaign | Series, estimate: EffectEstimate, *, declared: bool) -> Effect:
    return Effect(
        source_ref=campaign.source_ref, outcome=campaign.outcome, estimator=estimate.estimator, declared=declared,
        effect=estimate.effect, ci_low=estimate.ci_low, ci_high=estimate.ci_high,
        treated=estimate.n_treated, held_out=estimate.n_held_out,
        mean_treated=estimate.mean_treated, mean_held_out=estimate.mean_held_out,
    )  # fmt: skip
