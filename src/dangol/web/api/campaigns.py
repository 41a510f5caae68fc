"""Campaigns by the API: planned, sent, measured; whom each reached and what it changed."""

from datetime import datetime
from typing import Any, Literal, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.decisions.campaigns import actions, queries
from dangol.decisions.campaigns.expectation_guard import Guard
from dangol.decisions.campaigns.fair_groups import Treatment
from dangol.decisions.campaigns.fairness_seen import NotSeen, mark_of, refuse_unseen, see, unseen_words
from dangol.decisions.campaigns.judged_by import declared
from dangol.decisions.campaigns.models import Campaign, SeriesText
from dangol.insight.relationship.queries import current_run
from dangol.lib.languages import speaks
from dangol.records.catalog.models import Offer
from dangol.records.catalog.offers import ensure_offers
from dangol.records.catalog.topics import ensure_topics, tree
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened, refuse_wrong, valid
from dangol.web.api.relationship import PartOfMap, channel_of
from dangol.web.api.works import Work, told_of
from dangol.web.campaigns import audience, channels, expected, fairness, movement, results, tasks
from dangol.web.campaigns.forms import PlanForm
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["campaigns"])

JudgedBy = Literal["net_revenue", "uses"]


class Effect(Schema):
    """Treated less held out per customer assigned, minor units of net revenue or uses, with its 95 % interval."""

    outcome: JudgedBy
    estimator: str
    declared: bool
    effect: float
    ci_low: float
    ci_high: float
    treated: int
    held_out: int


class PlannedCampaign(Schema):
    id: int
    name: str
    channel: str
    outcome: JudgedBy
    holdout_share: float
    weeks: int
    planned_at: datetime
    launched_at: datetime | None
    measured_at: datetime | None


class Campaigned(PlannedCampaign):
    """One campaign: counts of people, reasons of those withheld, and the effects as far as they are measured."""

    audience: int
    treated: int
    held_out: int
    sent: int
    waiting: int
    withheld: dict[str, int]
    effects: list[Effect]


class Movement(Schema):
    """Mean change of the distance from the line in points, below zero is closer; all null where nothing compares."""

    treated: float | None
    held_out: float | None
    difference: float | None
    low: float | None
    high: float | None


class CampaignChoices(Schema):
    """What a plan may name: offers, channels, topics."""

    offers: list[str]
    channels: list[str]
    topics: list[str]


class CampaignDraft(PartOfMap):
    """For whom, by which channel, what, how many are held out (in percent), and for how many weeks it counts."""

    channel: str = Field(max_length=40)
    offer: str = Field(max_length=40)
    body: str = Field(min_length=1, max_length=4_000)
    holdout: int = Field(10, ge=1, le=50)
    weeks: int = Field(8, ge=1, le=52)
    goods: str = Field("", max_length=200)
    topic: str = Field("", max_length=200)


class NewCampaign(CampaignDraft):
    """The same with its name and how it is judged: declared now, before anything is sent."""

    name: str = Field(min_length=1, max_length=120)
    estimator: Literal["raw", "adjusted"] = "adjusted"


class CampaignLetter(Schema):
    """The message as one real customer would get it, as the key sees them."""

    to: str
    subject: str
    body: str
    problem: str


class TreatedGroup(Schema):
    """Customers alike in one attribute: the share chosen with its 95 % interval, against everybody's (`ratio`).

    value: "" where it is not known, or where `several` groups of fewer than ten are told together.
    """

    by: Literal["age", "place", "gender", "line", "grade"]
    value: str
    several: int
    people: int
    chosen: int
    share: float
    low: float
    high: float
    ratio: float | None
    chance: float
    complaining: float
    worse: bool


class FairnessWasSeen(Schema):
    """Somebody said that they saw these groups come off worse."""

    at: datetime
    by: str
    floor: float
    groups: list[str]


class SawFairness(Sent):
    """The mark of what was seen, as reading it tells."""

    mark: str = Field(max_length=40)


class Fairness(Schema):
    """Who would be chosen and who not, before it is sent; `seen` is kept with the campaign.

    groups: none once it is sent, and where nothing tells customers apart.
    """

    finding: str
    people: int
    chosen: int
    floor: float
    groups: list[TreatedGroup]
    to_be_seen: bool
    mark: str
    seen: list[FairnessWasSeen]


class ConcernedGroup(Schema):
    """The best customers below expectation, or those who complained after being left out, and how many get the plan.

    people = reached + withheld + not_picked; withheld: picked, but may not be sent it.
    """

    group: Literal["best_below", "left_out"]
    people: int
    reached: int
    withheld: int
    not_picked: int


class ExpectedOfPlan(Schema):
    """What a plan does to expectations, before it is sent. as_of: of the valuation that told them.

    groups: none once it is sent, before a valuation looked at expectations, and for a key that may not see values;
    without left_out where that valuation did not count it. unknown: what cannot be said.
    """

    finding: str
    unknown: str
    as_of: datetime | None
    groups: list[ConcernedGroup]


class CampaignReach(Schema):
    """selected = treated + held_out + Σ withheld; `detectable_effect` as the outcome is counted, null when unknown."""

    selected: int
    treated: int
    held_out: int
    withheld: dict[str, int]
    outcome: JudgedBy
    detectable_effect: float | None
    letter: CampaignLetter | None
    fairness: Fairness
    expectation: ExpectedOfPlan


@opened(router, "GET", "/campaigns", May.SEE_CAMPAIGNS, response=list[PlannedCampaign], whole=True)
def list_campaigns(request: HttpRequest) -> list[PlannedCampaign]:
    """Every campaign, the latest first."""
    return [PlannedCampaign.from_orm(one) for one in Campaign.objects.order_by("-planned_at", "-pk")]


@opened(router, "GET", "/campaigns/choices", May.RUN_CAMPAIGNS, response=CampaignChoices, whole=True)
def list_choices(request: HttpRequest) -> CampaignChoices:
    """What a plan may name."""
    prepare()
    return CampaignChoices(
        offers=list(Offer.objects.order_by("pk").values_list("code", flat=True)),
        channels=[one.facts.name for one in channels.offered()], topics=[one.path for one in tree()],
    )  # fmt: skip


@opened(router, "POST", "/campaigns/preview", May.RUN_CAMPAIGNS, response=CampaignReach, whole=True, personal=True)
def preview_campaign(request: HttpRequest, told: CampaignDraft) -> CampaignReach:
    """Whom a plan would reach, the smallest effect it would find, and the message as one customer gets it."""
    prepare()
    form, rule, channel = _form(told), told.choice().rule, channel_of(told.channel)
    refuse_wrong(form, of=told.dict())
    asked: dict[str, Any] = {"run": current_run(), "channel": channel, "at": clock.as_of(), "about": form.about}
    reach = audience.expected(rule, holdout_share=form.share, weeks=form.length, **asked)
    letter = audience.letter(
        rule, offer_code=told.offer, subject="", body=told.body, viewer=viewer(request), **asked
    )  # fmt: skip
    return CampaignReach(
        selected=reach.selected, treated=reach.treated, held_out=reach.held_out, withheld=reach.withheld,
        outcome=cast(JudgedBy, declared(asked["run"]).value), detectable_effect=reach.detectable_effect,
        letter=CampaignLetter(**vars(letter)) if letter else None,
        fairness=fairness_told(fairness.looked_at(rule, channel=channel, about=form.about)),
        expectation=expected_told(
            expected.looked_at(rule, channel=channel, about=form.about, viewer=viewer(request))
        ),
    )  # fmt: skip


@opened(router, "POST", "/campaigns", May.RUN_CAMPAIGNS, response=Campaigned, whole=True)
def plan_campaign(request: HttpRequest, told: NewCampaign) -> Campaigned:
    """Write a plan down; nothing is sent yet."""
    prepare()
    channel, plan = channel_of(told.channel), valid(_form(told))
    made = actions.plan(
        name=plan["name"], rule=told.choice().rule, offer_code=plan["offer"], channel=channel.facts, subject="",
        body=plan["body"], holdout_share=plan["holdout"] / 100, weeks=plan["weeks"], estimator=plan["estimator"],
        by=viewer(request).user, at=clock.as_of(), goods=plan.get("goods", ""), topic=plan.get("topic", ""),
    )  # fmt: skip
    return _told(made)


@opened(router, "GET", "/campaigns/{number}", May.SEE_CAMPAIGNS, response=Campaigned, whole=True)
def get_campaign(request: HttpRequest, number: Number) -> Campaigned:
    """One campaign."""
    return _told(get_object_or_404(Campaign, pk=number))


@opened(router, "GET", "/campaigns/{number}/movement", May.SEE_CAMPAIGNS, response=Movement, whole=True)
def get_movement(request: HttpRequest, number: Number) -> Movement:
    """Whether the balance moved: how far customers stand from the line, before and after, by arm."""
    one = get_object_or_404(Campaign, pk=number)
    result = queries.result(one)
    until = results.window(result)[1] if result else None
    found = movement.movement(one, until=until) if until else None
    return Movement(**{name: getattr(found, name, None) for name in Movement.model_fields})


@opened(router, "GET", "/campaigns/{number}/fairness", May.SEE_CAMPAIGNS, response=Fairness, whole=True)
def get_fairness(request: HttpRequest, number: Number) -> Fairness:
    """Who would be chosen by a planned campaign and who not, group by group, and who saw it."""
    one = get_object_or_404(Campaign, pk=number)
    return fairness_told(fairness.treated_by(one), one, fairness.history(one))


@opened(router, "GET", "/campaigns/{number}/expectation", May.SEE_CAMPAIGNS, response=ExpectedOfPlan, whole=True)
def get_expected(request: HttpRequest, number: Number) -> ExpectedOfPlan:
    """Whom of those served below what they expect a planned campaign reaches, and whom it leaves out."""
    one = get_object_or_404(Campaign.objects.select_related("segment"), pk=number)
    return expected_told(expected.of_campaign(one, viewer(request)))


@opened(router, "POST", "/campaigns/{number}/fairness/seen", May.RUN_CAMPAIGNS, response=Done, whole=True)
def see_fairness(request: HttpRequest, number: Number, told: SawFairness) -> Done:
    """Say that you saw who comes off worse: before that it is not sent. Refused where they are others by now."""
    one = get_object_or_404(Campaign, pk=number)
    found = fairness.treated_by(one)
    if told.mark != mark_of(found):
        raise NotSeen(unseen_words())
    seen = see(one, found, by=viewer(request).user, at=clock.as_of()) if found else None
    return Done(changed=seen is not None)


@opened(router, "POST", "/campaigns/{number}/send", May.RUN_CAMPAIGNS, response=Work, whole=True)
def send_campaign(request: HttpRequest, number: Number) -> Work:
    """Send a planned campaign: long work, once. Refused where who comes off worse was not seen."""
    one = get_object_or_404(Campaign, pk=number)
    if found := fairness.treated_by(one):
        refuse_unseen(one, found)
    return _started(request, one, tasks.send)


@opened(router, "POST", "/campaigns/{number}/measure", May.RUN_CAMPAIGNS, response=Work, whole=True)
def measure_campaign(request: HttpRequest, number: Number) -> Work:
    """Measure what a campaign changed, up to now: long work."""
    return _started(request, get_object_or_404(Campaign, pk=number), tasks.measure)


@opened(router, "GET", "/campaigns/{number}/work", May.SEE_CAMPAIGNS, response=Work, whole=True)
def get_campaign_work(request: HttpRequest, number: Number) -> Work:
    """How its long work stands."""
    return told_of(tasks.key_of(get_object_or_404(Campaign, pk=number)))


def prepare() -> None:
    """As the page does before a plan is written."""
    if not Offer.objects.exists():
        ensure_offers(currency=clock.home().currency, at=clock.now())
    ensure_topics(at=clock.now())


def _form(told: CampaignDraft) -> PlanForm:
    return PlanForm(told.dict())


def fairness_told(
    found: Treatment | None, sent: Campaign | SeriesText | None = None, seen: list[fairness.Seen] | None = None
) -> Fairness:
    """How a plan treats the groups, and who saw it."""
    told = fairness.shown(found, sent)
    groups = told.found.groups if told else ()
    return Fairness(
        finding=told.finding if told else "", people=found.people if found else 0, chosen=found.chosen if found else 0,
        floor=found.floor if found else clock.home().fair_floor,
        groups=[
            TreatedGroup(**{name: getattr(group, name) for name in TreatedGroup.model_fields}) for group in groups
        ],
        to_be_seen=bool(told and told.to_be_seen), mark=mark_of(found),
        seen=[
            FairnessWasSeen(at=was.row.at, by=str(was.row.by or ""), floor=was.row.floor, groups=was.groups)
            for was in seen or ()
        ],
    )  # fmt: skip


def expected_told(guard: Guard | None) -> ExpectedOfPlan:
    """What a plan does to those served below what they expect."""
    told = expected.shown(guard)
    if guard is None or told is None:
        return ExpectedOfPlan(finding="", unknown="", as_of=None, groups=[])
    groups = [
        ConcernedGroup(**{name: getattr(one, name) for name in ConcernedGroup.model_fields}) for one in guard.groups
    ]
    return ExpectedOfPlan(finding=told.finding, unknown=told.unknown, as_of=guard.found.run.as_of, groups=groups)


def _started(request: HttpRequest, one: Campaign, task: Any) -> Work:
    work.start(tasks.key_of(one), task, one.pk, viewer(request).user.pk, speaks())
    return told_of(tasks.key_of(one))


def _told(one: Campaign) -> Campaigned:
    standing, result = queries.standing(one), queries.result(one)
    effects = [Effect.from_orm(row) for row in (result.declared, result.other) if row] if result else []
    return Campaigned(
        **PlannedCampaign.from_orm(one).dict(), audience=standing.audience, treated=standing.treated,
        held_out=standing.held_out, sent=standing.sent, waiting=standing.waiting, withheld=standing.withheld,
        effects=effects,
    )  # fmt: skip
