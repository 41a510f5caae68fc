"""One round of the loop: know → value → decide → meet → learn. Used by the page and the `dangol` command.

Every step asks first whether it was done, so a round that was killed goes on where it stopped.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.queries import channels
from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.contact.intake.models import Batch
from dangol.contact.intake.sources import History, Source, source_named
from dangol.decisions.campaigns import actions as campaigns
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.leaving import monitoring as leaving
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm import monitoring as rhythm
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship import actions as relationship
from dangol.insight.relationship.assumed.queries import standing
from dangol.insight.relationship.following.following_up import follow_up
from dangol.insight.relationship.movement import actions as movement
from dangol.insight.relationship.movement.months import apart, last_ended
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.stages import actions as stages
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.catalog.offers import ensure_offers
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.attributes import state, stated
from dangol.records.customers.fields import Side
from dangol.records.ledger.models import Transaction
from dangol.records.outbox.models import Message
from dangol.records.permission.policy import next_moment
from dangol.records.permission.texts import ensure_texts
from dangol.records.staff.actions import ensure_contracts
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start import homes
from dangol.web.start.counting import count_items
from dangol.web.start.plans import PLANS


class NoLaterData(DangolError):
    """The data end here, so the clock cannot move on."""


@dataclass(frozen=True)
class Hands:
    """Who does it and who watches."""

    by: User | None
    progress: Progress = silent


def go_round(scenario: str, *, hands: Hands) -> Campaign:
    """Load a demo, value everybody, plan and send its first campaign, live the weeks, measure.

    Returns the measured campaign. Safe to run again at any point.
    """
    source = source_named(scenario)
    ready(currency=source.currency, at=source.opens_at)
    take_feeds(source, until=source.opens_at, hands=hands)
    sign_dealers(scenario, at=source.opens_at)
    state_details(scenario, at=source.opens_at)
    campaign = Campaign.objects.filter(name=PLANS[scenario].name).first()
    if campaign is None or campaign.launched_at is None:
        bring_up_to_date(at=source.opens_at, hands=hands)
        campaign = _launch_first(scenario, source, hands)
    spend_on(campaign, scenario, source, hands=hands)
    carry(at=next_moment(source.opens_at), progress=hands.progress)
    # Forward only: a home that has lived on since keeps its later clock.
    ended = max(PLANS[scenario].ends_on or source.closes_at, clock.as_of())
    if campaign.measured_at is None:
        live_on(source, since=source.opens_at, until=source.closes_at, hands=hands)
        refresh(at=ended, progress=hands.progress)
        campaigns.measure(campaign, as_of=source.closes_at, at=source.closes_at)
        campaign.refresh_from_db()
    homes.move_clock(ended)
    bring_up_to_date(at=ended, hands=hands)
    count_items(at=ended, progress=hands.progress)
    return campaign


def ready(*, currency: str, at: datetime) -> None:
    """Offers, topics and consent texts that every business begins with."""
    ensure_offers(currency=currency, at=at)
    ensure_topics(at=at)
    ensure_texts(at=at)


def bring_up_to_date(*, at: datetime, hands: Hands, filling: bool = False) -> Run:
    """Refresh the warehouse, value everybody at that time and tell their courses; the same state is not done twice.

    filling: as in `value_customers`.
    """
    fresh = refresh(at=at, progress=hands.progress)
    rhythm.check_foreseen(as_of=at, at=at)
    leaving.check_foretold(as_of=at, at=at)
    run = _valued(fresh.version, at=at, hands=hands, filling=filling)
    stages.evaluate_if_due(rules=stage_rules(), as_of=at, at=at, by=hands.by, progress=hands.progress)
    return run


def _valued(version: str, *, at: datetime, hands: Hands, filling: bool) -> Run:
    wanted = value_settings()
    known = latest_run(relationship.KIND)
    if known is not None and (known.as_of, known.lake_version) == (at, version):
        assumed = wanted.as_parameters()
        if all(known.parameters.get(name) == value for name, value in assumed.items()):
            return known
    return relationship.value_customers(
        settings=wanted, as_of=at, at=at, by=hands.by, filling=filling, progress=hands.progress
    )


def rebase(*, at: datetime, reason: str, hands: Hands) -> Run:
    """Refresh the warehouse, value everybody, and rank from now on against those active at that time.

    Values before and after cannot be compared; the reason stays with the run. Raises NoReason.
    """
    refresh(at=at, progress=hands.progress)
    return relationship.rebase(
        settings=value_settings(), as_of=at, at=at, by=hands.by, reason=reason, progress=hands.progress
    )


def value_settings() -> ValueSettings:
    """What the next valuation assumes: what somebody set on the page, else the home's own."""
    return standing(home_settings())


def home_settings() -> ValueSettings:
    """The home's own settings of value, as its file has them."""
    home = clock.home()
    return ValueSettings(
        active_days=home.active_days,
        horizon_months=home.horizon_months,
        discount_rate=home.discount_rate,
        margin_rate=home.margin_rate,
        minute_value=home.minute_value,
        tolerance=home.tolerance,
        weight_economic=home.weight_economic,
        weight_social=home.weight_social,
        weight_cost=home.weight_cost,
        best_share=home.best_share,
        trade=home.trade,
    )


def stage_rules() -> StageRules:
    """The home's own rules of stages."""
    return StageRules.like(clock.home())


def take_feeds(source: History, *, until: datetime, hands: Hands) -> None:
    """Take in everything the source knows before `until`, once."""
    _once(source, f"before {until.isoformat()}", lambda: source.feeds(until=until), until, hands)


def sign_dealers(scenario: str, *, at: datetime) -> int:
    """Write down the contracts a demo's dealers signed on the day of its first purchase; how many were missing."""
    agreed, first = PLANS[scenario].dealers, Transaction.objects.order_by("at").first()
    if agreed is None or first is None:
        return 0
    day = localtime(first.at).date()
    return ensure_contracts(status=agreed.status, signed_on=day, purpose=agreed.purpose, items=agreed.items, at=at)


def state_details(scenario: str, *, at: datetime) -> int:
    """Say what a demo's further details are for, as its business would have; how many were not said yet."""
    told = PLANS[scenario].details
    if told is None:
        return 0
    said = stated()
    missing = {key: label for key, label in told.labels.items() if key not in said}
    for key, label in missing.items():
        state(key, label=label, side=Side.OF, purpose=told.purpose, basis=told.basis, by=None, at=at)
    return len(missing)


def spend_on(campaign: Campaign, scenario: str, source: Source, *, hands: Hands) -> None:
    """Enter what a demo's business spent on its first campaign, on the day it went out, once."""
    told, day = PLANS[scenario].spent, localtime(source.opens_at).date()
    if told is None:
        return
    mark = campaign.source_ref
    spent = {"purpose": told.purpose, "channel": told.channel, "since": day, "until": day, "amount": told.amount}
    columns = {name: [value] for name, value in (spent | {"ref": mark, "campaign": mark}).items()}
    _once(source, f"spent on {mark}", lambda: [made("costs", columns)], source.opens_at, hands)


def live_on(source: Source, *, since: datetime, until: datetime, hands: Hands) -> None:
    """Take in the weeks after, in which those who were written to may have answered."""
    name = f"{since.isoformat()} to {until.isoformat()}"
    _once(source, name, lambda: source.following(since=since, until=until, sent=sent_by(until)), until, hands)


def sent_by(until: datetime) -> pa.Table:
    """Who was handed which offer before `until`, as the simulated sources read it."""
    rows = (
        Message.objects.filter(handed_over_at__lt=until)
        .order_by("id")
        .values_list("identity__external_id", "source_ref", "offer", "handed_over_at")
    )
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    types = {
        "customer": pa.string(),
        "source_ref": pa.string(),
        "offer": pa.string(),
        "sent_at": pa.timestamp("us", "UTC"),
    }
    return pa.table({name: pa.array(column, kind) for (name, kind), column in zip(types.items(), columns, strict=True)})


def later(campaign: Campaign, *, weeks: int, hands: Hands) -> datetime:
    """Move a simulated home's clock on by weeks, then measure: what a newcomer presses "later" for."""
    if not settings.DANGOL.simulated:
        raise NoLaterData(_("These data are real and end here. Only a simulated business can live on."))
    source = source_named(settings.DANGOL.source)
    since = clock.as_of()
    until = since + timedelta(weeks=weeks)
    carry(at=next_moment(since), progress=hands.progress)
    live_on(source, since=since, until=until, hands=hands)
    homes.move_clock(until)
    bring_up_to_date(at=until, hands=hands)
    keep_months(since=since, until=until, hands=hands)
    campaigns.measure(campaign, as_of=until, at=until)
    return until


def keep_months(*, since: datetime, until: datetime, hands: Hands) -> None:
    """Keep where everybody stood at the end of each month that ended meanwhile, and where those followed went."""
    ended = apart(last_ended(shops_day(since)), last_ended(shops_day(until)))
    if ended and movement.months_covered(lake(), as_of=until, most=ended):
        movement.work_out_months(as_of=until, at=until, by=hands.by, most=ended, progress=hands.progress)
        follow_up()


def _launch_first(scenario: str, source: Source, hands: Hands) -> Campaign:
    plan, at = PLANS[scenario], source.opens_at
    channel = channels()[plan.channel].facts
    campaign = Campaign.objects.filter(name=plan.name).first() or campaigns.plan(
        name=plan.name,
        rule=plan.rule,
        offer_code=plan.offer,
        channel=channel,
        subject=plan.subject,
        body=plan.body,
        holdout_share=settings.DANGOL.holdout_share,
        weeks=-(-(source.closes_at - source.opens_at) // timedelta(weeks=1)),
        estimator=plan.estimator,
        by=hands.by,
        at=at,
    )
    campaigns.launch(campaign, channel=channel, by=hands.by, at=at)
    campaign.refresh_from_db()
    return campaign


def _once(source: History, name: str, feeds: Any, at: datetime, hands: Hands) -> None:
    """Take every feed, remembered by a finished batch; a killed one is taken again whole."""
    batch, _ = Batch.objects.get_or_create(
        kind="feeds", source=source.name, file_name=name, defaults={"started_at": at}
    )
    if batch.finished_at is not None:
        return
    for feed in feeds():
        taken = load.take(feed, source=source.name, by=hands.by, at=at, progress=hands.progress)
        batch.rows += taken.rows
        batch.created += taken.created
    batch.finished_at = at
    batch.save()
