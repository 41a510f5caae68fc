"""What customers cost by the API: costs entered and taken back, and what winning, keeping and winning back took."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.insight.analysis.acquiring import Channel, costs_of
from dangol.insight.warehouse.queries import lake
from dangol.records.ledger import costs as ledger
from dangol.records.ledger.models import Cost
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.costs import tasks, views, words
from dangol.web.insight.costs.measured import Measured, measured
from dangol.web.insight.cube.periods import Span, span_of
from dangol.web.shell.viewer import viewer

router = Router(tags=["insight"])

MOST = 500
MARK = r"^([0-9a-f]{16})?$"


class WantedCosts(Sent):
    """period: a word such as last_12; or days, both within (`since`, `last`)."""

    period: Literal["this_month", "last_month", "last_3", "last_12", "this_year", "last_year", "all"] = "last_12"
    since: date | None = None
    last: date | None = None


class CostOfPurpose(Schema):
    """Minor units. `each` and `each_with_given` are null where nobody came or no cost was entered; `why` says which."""

    purpose: str
    spent: int
    given: int
    customers: int
    each: float | None
    each_with_given: float | None
    times_as_dear_as_keeping: float | None
    why: str


class CostOfChannel(Schema):
    """What was spent on a channel, minor units; "" as its name: on all of them."""

    channel: str
    win: int
    keep: int
    win_back: int
    joint: int
    total: int


class CostOfCampaign(Schema):
    """Measured against customers held out: buyers it brought and what each cost, minor units, with 95 % intervals.

    The buyers are null where nothing can be read off, the cost of each also where it may have brought nobody.
    """

    campaign: int
    cost: int
    brought: float | None
    brought_low: float | None
    brought_high: float | None
    each: float | None
    each_low: float | None
    each_high: float | None


class CustomerCosts(Schema):
    """Costs of a time. `purposes` are attributed: divided by everybody who came; `measured` are not of that time."""

    currency: str
    since: date | None
    last: date | None
    as_of: str
    channels: list[CostOfChannel]
    all_channels: CostOfChannel
    purposes: list[CostOfPurpose]
    sentences: list[str]
    measured: list[CostOfCampaign]


class EnteredCost(Schema):
    """One cost as it was told: minor units. taken_back_at: since when it counts no more."""

    cost: int
    purpose: str
    channel: str
    since: date
    until: date
    amount: int
    currency: str
    campaign: str
    note: str
    entered_at: datetime
    taken_back_at: datetime | None


class EnteredCosts(Schema):
    number: int
    costs: list[EnteredCost]


class WantedCostEntries(Sent):
    first: int = Field(0, ge=0, le=10**9)


class NewCost(Sent):
    """`mark` (16 of 0–9 a–f), sent twice, writes one; without `until` it was spent on one day. campaign: `campaign:1`.

    Discounts, points and gifts are on record already: they belong into no cost.
    """

    purpose: Literal["win", "keep", "win_back", "joint"]
    channel: str = Field(min_length=1, max_length=ledger.LONGEST_CHANNEL)
    since: date
    until: date | None = None
    amount: int = Field(gt=0, le=ledger.MOST)
    campaign: str = Field("", max_length=120)
    note: str = Field("", max_length=ledger.LONGEST_NOTE)
    mark: str = Field("", pattern=MARK)


class WrittenCost(Schema):
    """The number of its first month."""

    cost: int


@opened(router, "GET", "/insight/costs", May.SEE_VALUES, response=CustomerCosts, whole=True)
def get_customer_costs(request: HttpRequest, wanted: Query[WantedCosts]) -> CustomerCosts:
    """What winning, keeping and winning back customers cost, by channel and for each customer."""
    span = span_of(wanted.period, clock.day())
    if wanted.since or wanted.last:
        span = Span(wanted.since, wanted.last)
    found = costs_of(lake(), since=span.since, until=span.until, scope=viewer(request).scope)
    return CustomerCosts(
        currency=clock.home().currency, since=span.since, last=span.last, as_of=found.as_of,
        channels=[_channel(one) for one in found.channels], all_channels=_channel(found.total),
        purposes=[
            CostOfPurpose(
                purpose=one.purpose, spent=one.spent, given=one.given, customers=one.customers, each=one.spent_each,
                each_with_given=one.all_each, times_as_dear_as_keeping=found.times_as_dear(one.purpose),
                why=words.why_not(one),
            )
            for one in found.sides
        ],
        sentences=words.sentences(found), measured=_measured(),
    )  # fmt: skip


@opened(router, "GET", "/insight/costs/entered", May.SEE_VALUES, response=EnteredCosts, whole=True)
def list_costs(request: HttpRequest, wanted: Query[WantedCostEntries]) -> EnteredCosts:
    """What was entered, the last spent first, 500 from the first on."""
    told = [_entered(one) for one in ledger.entries(wanted.first, MOST)]
    return EnteredCosts(number=ledger.how_many(), costs=told)


@opened(router, "POST", "/insight/costs/entered", May.RUN_CAMPAIGNS, response=WrittenCost, whole=True)
def enter_cost(request: HttpRequest, told: NewCost) -> WrittenCost:
    """Write a cost down; it is counted beside the pages."""
    spent = ledger.Spent(
        told.purpose, told.channel, told.since, told.until or told.since, told.amount, told.campaign, told.note
    )
    entry = views.enter(spent, mine=viewer(request), mark=told.mark)
    return WrittenCost(cost=Cost.objects.filter(source=ledger.ENTERED, entry=entry).order_by("pk")[0].pk)


@opened(router, "POST", "/insight/costs/entered/{number}/back", May.RUN_CAMPAIGNS, response=Done, whole=True)
def take_back_cost(request: HttpRequest, number: Number) -> Done:
    """A cost counts no more, with all months of its entry; it stays on record."""
    views.take_back(get_object_or_404(Cost, pk=number), mine=viewer(request))
    return Done()


@opened(router, "POST", "/insight/costs/count", May.SEE_VALUES, response=Work, whole=True)
def count_costs(request: HttpRequest) -> Work:
    """Bring the numbers up to what was entered, beside the pages."""
    views.count()
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/costs/count", May.SEE_VALUES, response=Work, whole=True)
def get_costs_counting(request: HttpRequest) -> Work:
    """How the counting stands."""
    return told_of(tasks.KEY)


def _channel(one: Channel) -> CostOfChannel:
    return CostOfChannel(
        channel=one.name, win=one.win, keep=one.keep, win_back=one.win_back, joint=one.joint, total=one.total
    )


def _measured() -> list[CostOfCampaign]:
    return [_campaign(one) for one in measured()]


def _campaign(one: Measured) -> CostOfCampaign:
    told: dict[str, float | None] = dict.fromkeys(("brought", "brought_low", "brought_high"))
    told |= dict.fromkeys(("each", "each_low", "each_high"))
    if (found := one.brought) is not None:
        told = {
            "brought": found.more, "brought_low": found.more_low, "brought_high": found.more_high,
            "each": found.each, "each_low": found.each_low, "each_high": found.each_high,
        }  # fmt: skip
    return CostOfCampaign(campaign=one.campaign.pk, cost=one.cost, **told)


def _entered(one: ledger.Entry) -> EnteredCost:
    cost = one.cost
    gone = getattr(cost, "taken_back", None)
    return EnteredCost(
        cost=cost.pk, purpose=cost.purpose, channel=cost.channel, since=one.since, until=one.until, amount=one.amount,
        currency=cost.currency, campaign=cost.campaign, note=cost.note, entered_at=cost.entered_at,
        taken_back_at=gone.at if gone else None,
    )  # fmt: skip
