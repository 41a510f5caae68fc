"""What a plan would reach, where a campaign stands, and why somebody did or did not get it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from dangol.decisions.campaigns import judged_by
from dangol.decisions.campaigns.eligibility import counts
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.decisions.campaigns.reasons import sentence_of
from dangol.decisions.segments.fields import Rule
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Effect, Run
from dangol.insight.analysis.queries import effects_on
from dangol.lib.asked_again import asked_again
from dangol.records.ledger.models import Assignment, Interaction, Withholding
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import ADVERTISING, NOTHING, About, ChannelFacts
from dangol.records.permission.queries import permitted

REF = "campaign:"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class Preview(NamedTuple):
    """selected = may_send + Σ withheld. detectable_effect: the smallest effect found with 80 % power per customer, in
    minor units or uses as the plan's outcome is counted, judged by what these customers did in as many weeks before;
    None when unknown."""

    selected: int
    may_send: int
    withheld: dict[str, int]
    detectable_effect: float | None


class Standing(NamedTuple):
    """Counts of one campaign. audience = treated + held_out; `withheld` also holds those stopped at hand-over."""

    audience: int
    treated: int
    held_out: int
    withheld: dict[str, int]
    sent: int
    waiting: int
    responses: int


@dataclass(frozen=True)
class Result:
    """The latest measurement: the estimate declared before launch, the other one, and the run they come from."""

    declared: Effect
    other: Effect | None
    run: Run


class Why(NamedTuple):
    """One campaign and one customer: `code` is "sent", "waiting", "held_out" or a reason, `sentence` its words."""

    campaign: Campaign
    code: str
    sentence: str
    at: datetime


def preview(
    rule: Rule,
    *,
    run: Run | None,
    channel: ChannelFacts,
    at: datetime,
    holdout_share: float = 0.10,
    weeks: int = 8,
    about: About = NOTHING,
) -> Preview:
    """Whom the rule selects and who of them may be sent, before anything is planned. Raises BadRule, NotValuedYet."""
    found = counts(rule, run=run, channel=channel, at=at, about=about)
    may_send = found.pop("", 0)
    detectable = None
    if may_send:
        detectable = _detectable(rule, run, channel, at, about, holdout_share=holdout_share, weeks=weeks)
    return Preview(may_send + sum(found.values()), may_send, found, detectable)


def standing(campaign: Campaign) -> Standing:
    """Where a campaign stands, in four queries."""
    ref = campaign.source_ref
    arms = dict(Assignment.objects.filter(source_ref=ref).values_list("arm").annotate(n=Count("pk")))
    reasons = Withholding.objects.filter(source_ref=ref).values_list("reason").annotate(n=Count("pk"))
    left = Message.objects.filter(source_ref=ref).aggregate(
        sent=Count("pk", filter=Q(handed_over_at__isnull=False)),
        waiting=Count("pk", filter=Q(handed_over_at=None, withheld="")),
    )
    responses = Interaction.objects.filter(source_ref=ref, direction=Interaction.Direction.IN).count()
    treated, held_out = arms.get(Assignment.Arm.TREATED, 0), arms.get(Assignment.Arm.HELD_OUT, 0)
    return Standing(treated + held_out, treated, held_out, dict(reasons), left["sent"], left["waiting"], responses)


def result(campaign: Campaign | Series) -> Result | None:
    """The latest measurement of a campaign or a whole series, None before the first."""
    rows = list(effects_on(campaign.source_ref)[:2])
    rows = [row for row in rows if row.run_id == rows[0].run_id]
    declared = next((row for row in rows if row.declared), None)
    if declared is None:
        return None
    return Result(declared, next((row for row in rows if not row.declared), None), declared.run)


def why(customer_id: int) -> list[Why]:
    """Every campaign that selected the customer, the latest first: sent, held out, or withheld and why.

    Who was never selected is not listed. Four queries.
    """
    codes: dict[str, tuple[str, datetime]] = {}
    for ref, arm, at in _drawn(customer_id):
        codes[ref] = ("held_out" if arm == Assignment.Arm.HELD_OUT else "waiting", at)
    for ref, left_at in _left(customer_id):
        codes[ref] = ("sent", left_at)
    for ref, reason, at in _withheld(customer_id):
        codes.setdefault(ref, (reason, at))
        if codes[ref][0] == "waiting":
            codes[ref] = (reason, at)
    return _told(codes)


@asked_again
def _drawn(customer: Any) -> QuerySet[Any, Any]:
    return _of_ours(Assignment, customer).values_list("source_ref", "arm", "at")


@asked_again
def _left(customer: Any) -> QuerySet[Any, Any]:
    return _of_ours(Message, customer).filter(handed_over_at__isnull=False).values_list("source_ref", "handed_over_at")


@asked_again
def _withheld(customer: Any) -> QuerySet[Any, Any]:
    return _of_ours(Withholding, customer).values_list("source_ref", "reason", "at")


def _of_ours(table: Any, customer: Any) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = table.objects.filter(identity__customer=customer, source_ref__startswith=REF)
    return rows


def meant(words: Iterable[str], *, customer_id: int) -> dict[str, Campaign]:
    """Which of our campaigns files mean by these words: its name, its mark in the ledger, or its number where the
    customer was drawn for it. Campaigns of others are not in it. At most two queries.
    """
    told = {word: word.strip() for word in words if word.strip()}
    if not told:
        return {}
    numbers = {word: text.removeprefix(REF) for word, text in told.items() if _NUMBER.fullmatch(text.removeprefix(REF))}
    asked = {word for word in numbers if not told[word].startswith(REF)}
    refs = {f"{REF}{numbers[word]}" for word in asked}
    drawn = set(
        Assignment.objects.filter(identity__customer=customer_id, source_ref__in=refs)
        .values_list("source_ref", flat=True)
    ) if refs else set()  # fmt: skip
    ours = {word: number for word, number in numbers.items() if word not in asked or f"{REF}{number}" in drawn}
    found = list(Campaign.objects.filter(Q(name__in=told.values()) | Q(pk__in=ours.values())))
    by_name, by_number = {one.name: one for one in found}, {str(one.pk): one for one in found}
    known = {word: by_name.get(text) or by_number.get(ours.get(word, "")) for word, text in told.items()}
    return {word: one for word, one in known.items() if one is not None}


def launched(*, called: Iterable[str] | None = None) -> QuerySet[Campaign]:
    """The campaigns that went out, the last first; called: those alone whose name or mark in the ledger is told."""
    found = Campaign.objects.filter(launched_at__isnull=False).order_by("-launched_at")
    if called is None:
        return found
    words = list(called)
    numbers = [
        int(word.removeprefix(REF))
        for word in words
        if word.startswith(REF) and _NUMBER.fullmatch(word.removeprefix(REF))
    ]
    return found.filter(Q(name__in=words) | Q(pk__in=numbers))


def _told(codes: dict[str, tuple[str, datetime]]) -> list[Why]:
    campaigns = _numbered(*(int(ref.removeprefix(REF)) for ref in codes)) if codes else []
    told = [Why(one, code, sentence_of(code), at) for one in campaigns for code, at in [codes[one.source_ref]]]
    return sorted(told, key=lambda line: (line.at, line.campaign.pk), reverse=True)


@asked_again
def _numbered(*numbers: Any) -> QuerySet[Campaign]:
    return Campaign.objects.filter(pk__in=numbers)


def _detectable(
    rule: Rule, run: Run | None, channel: ChannelFacts, at: datetime, about: About, *, holdout_share: float, weeks: int
) -> float | None:
    """The plain estimator's; adjusting for the time before finds smaller ones."""
    from dangol.decisions.campaigns.outcome import outcome_of
    from dangol.insight.analysis.measurement import detectable_effect
    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.versions import NoLake

    eligible = permitted(select(rule, run=run), channel=channel, kind=ADVERTISING, at=at, about=about)
    keys = list(eligible.filter(withheld="").values_list("lake_key", flat=True))
    held_out = round(len(keys) * holdout_share)
    if not held_out or held_out == len(keys):
        return None
    try:
        here = judged_by.counted(lake(), judged_by.declared(run))
        told = outcome_of(here, keys, since=at - timedelta(weeks=weeks), until=at)
    except NoLake:
        return None
    return detectable_effect(float(told.std(ddof=1)), len(keys) - held_out, held_out)
