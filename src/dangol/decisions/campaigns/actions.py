"""Plan, launch once, measure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.decisions.campaigns import advertising_mark, effects, judged_by
from dangol.decisions.campaigns.advertising_mark import DisguisedMark, marked
from dangol.decisions.campaigns.eligibility import Asked, Candidate, ask
from dangol.decisions.campaigns.followed import follow
from dangol.decisions.campaigns.merge_fields import Person, UnknownMergeField, compiled, leads_to_stop
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.personal_facts import facts_of, shortened
from dangol.decisions.campaigns.used_items import chosen_by, written_with
from dangol.decisions.segments import actions as segments
from dangol.decisions.segments.fields import BadRule, NotValuedYet, Rule
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.actions import begin_run, finish_run, record_effects
from dangol.insight.analysis.measurement import FEWEST_PER_ARM
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Category, Offer, Topic
from dangol.records.catalog.queries import kinds_of_goods
from dangol.records.catalog.topics import tree
from dangol.records.changes.actions import record_row
from dangol.records.customers import own_pages
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.using import Use, used
from dangol.records.ledger.arms import Arm, arms_of
from dangol.records.ledger.assignments import NewAssignment, NewWithholding, assign, withhold
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.permission.asking import ADVERTISING, ChannelFacts
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.staff.models import User

RELATIONSHIP = "relationship"  # the kind of run that values customers
EFFECT = "effect"
SMALLEST_HOLDOUT, LARGEST_HOLDOUT = 0.01, 0.5
MOST_WEEKS = 52


class CannotPlan(DangolError):
    """The plan is not one that can be launched; the message says what to change."""


class CannotLaunch(DangolError):
    """The campaign cannot be launched now, and nothing was done."""


class NotLaunched(DangolError):
    """A campaign that was not launched, or only just now, has no effect to measure."""


class Launched(NamedTuple):
    """Who is in, by arm, and who was left out before assignment, by reason. audience = treated + held_out."""

    audience: int
    treated: int
    held_out: int
    withheld: dict[str, int]


class Named(NamedTuple):
    """What a plan names of the catalogue."""

    offer: Offer
    goods: Category | None
    topic: Topic | None


@atomic
def plan(
    *,
    name: str,
    rule: Rule,
    offer_code: str,
    channel: ChannelFacts,
    subject: str,
    body: str,
    holdout_share: float,
    weeks: int,
    estimator: str,
    by: User | None,
    at: datetime,
    goods: str = "",
    topic: str = "",
) -> Campaign:
    """Write down what is to be done for whom, how many are held out and how it will be judged.

    name: also the salt of the arms, so it cannot be used twice; holdout_share: 0.01 to 0.5; estimator: "raw" or
    "adjusted", the one that will count; goods, topic: what it is about, by the path of a kind of goods and of a topic.
    Raises CannotPlan.
    """
    found = checked(
        name=name, subject=subject, body=body, holdout_share=holdout_share, weeks=weeks, estimator=estimator,
        offer_code=offer_code, goods=goods, topic=topic,
    )  # fmt: skip
    try:
        segment = segments.save(rule, by=by, at=at)
    except BadRule as error:
        raise CannotPlan(str(error)) from error
    campaign = Campaign(
        name=name.strip(), segment=segment, offer=found.offer, channel=channel.name, subject=subject.strip(),
        body=body.strip(), outcome=judged_by.declared(latest_run(RELATIONSHIP)), holdout_share=holdout_share,
        weeks=weeks, estimator=estimator, planned_by=by, planned_at=at, goods=found.goods, topic=found.topic,
    )  # fmt: skip
    try:
        with atomic():
            campaign.save(force_insert=True)
    except IntegrityError as error:
        raise CannotPlan(
            _("There is a campaign named “%(name)s” already. Choose another name.") % {"name": campaign.name}
        ) from error
    record_row(campaign, at=at)
    return campaign


def checked(
    *,
    name: str,
    subject: str,
    body: str,
    holdout_share: float,
    weeks: int,
    estimator: str,
    offer_code: str,
    goods: str = "",
    topic: str = "",
) -> Named:
    """What a plan names, once it is one that can be launched. Raises CannotPlan."""
    check_holdout(holdout_share)
    _check_words(name, subject, body)
    if not 1 <= weeks <= MOST_WEEKS:
        raise CannotPlan(_("Responses are counted for 1–%(most)s weeks.") % {"most": MOST_WEEKS})
    if estimator not in Campaign.Estimator.values:
        raise CannotPlan(_("The estimator is one of %(choices)s.") % {"choices": ", ".join(Campaign.Estimator.values)})
    return Named(_offer(offer_code), _goods(goods), _topic(topic))


def check_holdout(share: float) -> None:
    """Raise CannotPlan for a share that measures nothing or leaves too few to treat."""
    if not SMALLEST_HOLDOUT <= share <= LARGEST_HOLDOUT:
        raise CannotPlan(_("Without a holdout nothing can be measured. Enter 1–50%."))


@atomic
def launch(campaign: Campaign, *, channel: ChannelFacts, by: User | None, at: datetime) -> Launched:
    """Freeze the audience and put its messages into the outbox: in one database transaction, once.

    Permission is asked before the arms are drawn. Killed at any point, either everything was done or nothing.
    Raises CannotLaunch.
    """
    if channel.name != campaign.channel:
        raise CannotLaunch(
            _("The campaign was planned for the channel “%(planned)s”, not “%(given)s”.")
            % {"planned": campaign.channel, "given": channel.name}
        )
    if not shortened(campaign.body)[0].strip():  # points that were on record when it was planned can be undone since
        raise CannotLaunch(_nothing_left())
    hold_everybody()
    if not Campaign.objects.filter(pk=campaign.pk, launched_at=None).update(launched_at=at, launched_by=by):
        raise CannotLaunch(
            _("“%(name)s” was launched already. Plan a new campaign to write again.") % {"name": campaign.name}
        )
    asked = _asked(campaign, channel=channel, at=at)
    arms = list(zip(asked.eligible, _drawn(campaign, asked.eligible), strict=True))
    treated = [one for one, arm in arms if arm is Arm.TREATED]
    if min(len(treated), len(arms) - len(treated)) < FEWEST_PER_ARM:
        raise CannotLaunch(_empty(len(arms)))
    ref, pack = campaign.source_ref, home_pack(at)
    withhold((NewWithholding(one.identity_id, ref, one.withheld, pack.ref) for one in asked.refused), at=at)
    assign((NewAssignment(one.identity_id, ref, arm.value, campaign.salt) for one, arm in arms), at=at)
    enqueue(_messages(campaign, treated, channel=channel, pack=pack, at=at), at=at)
    follow(campaign, arms, at=at)
    record_row(campaign, at=at)
    used(chosen_by(campaign.segment.rule), Use.CHOICE, at=at)
    used(written_with(campaign.subject + campaign.body, channel.needs), Use.WRITING, at=at)
    return Launched(len(arms), len(treated), len(arms) - len(treated), asked.reasons())


def measure(campaign: Campaign, *, as_of: datetime, at: datetime) -> Run:
    """Compare the declared outcome per customer assigned between the arms, to the end of the weeks or `as_of`.

    Both estimators are kept, the declared one marked; the run's summary holds the window and the sample-ratio check.
    Measuring again makes a new run. Raises NotLaunched, NothingSold where spending was to be compared and values are
    counted in uses, and CannotMeasure when there is too little to compare.
    """
    from dangol.insight.warehouse.queries import lake as current_lake

    launched_at = Campaign.objects.values_list("launched_at", flat=True).get(pk=campaign.pk)
    if launched_at is None or as_of <= launched_at:
        raise NotLaunched(
            _("There is nothing to measure yet: launch “%(name)s” and let some time pass.") % {"name": campaign.name}
        )
    judged_by.refuse_unsold(campaign.outcome, latest_run(RELATIONSHIP))
    lake = judged_by.counted(current_lake(), campaign.outcome)
    window = effects.window_of(campaign, launched_at=launched_at, as_of=as_of)
    told = {"since": window.since.isoformat(), "until": window.until.isoformat(), "complete": window.complete}
    parameters = {"campaign": campaign.pk, "estimator": campaign.estimator, "outcome": campaign.outcome, **told}
    pair, soundness = effects.compared(campaign, lake, window)
    with atomic():
        run = begin_run(kind=EFFECT, as_of=as_of, at=at, parameters=parameters, lake_version=str(lake.version))
        record_effects(run, effects=effects.rows_of(campaign, pair))
        finish_run(run, summary={**told, **soundness}, at=at)
        Campaign.objects.filter(pk=campaign.pk).update(measured_at=at)
    return run


def _check_words(name: str, subject: str, body: str) -> None:
    if not name.strip() or len(name.strip()) > 120:
        raise CannotPlan(_("Give the campaign a name of at most 120 letters."))
    if not body.strip():
        raise CannotPlan(_("Write the message that customers will get."))
    if len(subject.strip()) > 120:
        raise CannotPlan(_("Shorten the subject to at most 120 letters."))
    try:
        advertising_mark.check(subject, body)
        compiled(subject)
        compiled(body)
    except (DisguisedMark, UnknownMergeField) as error:
        raise CannotPlan(str(error)) from error
    if not shortened(body)[0].strip():
        raise CannotPlan(_nothing_left())


def _nothing_left() -> str:
    return _(
        "The message speaks of points alone, and what it would say of them is not known. Write something else, too."
    )


def _offer(code: str) -> Offer:
    offer = Offer.objects.filter(code=code).first()
    if offer is None:
        known = ", ".join(Offer.objects.order_by("code").values_list("code", flat=True)) or "–"
        raise CannotPlan(_("There is no offer “%(code)s”. Offers: %(known)s.") % {"code": code, "known": known})
    return offer


def _goods(path: str) -> Category | None:
    found = Category.objects.filter(path=path, parent=None).first() if path else None
    if path and found is None:
        known = ", ".join(one.path for one in kinds_of_goods()) or "–"
        told = {"path": path, "known": known}
        raise CannotPlan(_("There are no goods “%(path)s”. Kinds of goods: %(known)s.") % told)
    return found


def _topic(path: str) -> Topic | None:
    found = Topic.objects.filter(path=path).first() if path else None
    if path and found is None:
        known = ", ".join(one.path for one in tree()) or "–"
        raise CannotPlan(_("There is no topic “%(path)s”. Topics: %(known)s.") % {"path": path, "known": known})
    return found


def _asked(campaign: Campaign, *, channel: ChannelFacts, at: datetime) -> Asked:
    run = latest_run(RELATIONSHIP, as_of=at)
    try:
        return ask(campaign.segment.rule, run=run, channel=channel, at=at, about=campaign.about)
    except (BadRule, NotValuedYet) as error:
        raise CannotLaunch(str(error)) from error


def _drawn(campaign: Campaign, eligible: list[Candidate]) -> list[Arm]:
    keys = (one.key for one in eligible)
    return arms_of(keys, salt=campaign.salt, holdout_share=campaign.holdout_share)


def _empty(audience: int) -> str:
    if not audience:
        return _("Nobody may be sent this campaign: look at the reasons in the preview and widen the segment.")
    return ngettext(
        "Only %(count)s customer may be sent this campaign, so one side of the comparison is too small. Widen the"
        " segment or change the share held out.",
        "Only %(count)s customers may be sent this campaign, so one side of the comparison is too small. Widen the"
        " segment or change the share held out.",
        audience,
    ) % {"count": audience}


def _stop(campaign: Campaign, *, channel: ChannelFacts, at: datetime) -> Callable[[int], str]:
    """Where each person ends advertising; the link knows by which medium it came and what about. Raises KeyLost."""
    about = f"{channel.called}:{campaign.topic_id or ''}"
    return own_pages.linker(own_pages.STOP, at=at, word=about)


def _nowhere(_customer_id: int) -> str:
    return ""


def _messages(
    campaign: Campaign, treated: list[Candidate], *, channel: ChannelFacts, pack: Pack, at: datetime
) -> Iterable[NewMessage]:
    """The treated people's messages; the texts are read once, not for each of them."""
    home, offer, ref = settings.DANGOL, campaign.offer, campaign.source_ref
    subject, body = marked(*shortened(campaign.subject, campaign.body), channel=channel, business=home.name, pack=pack)
    write_subject, write_body = compiled(subject), compiled(body)
    chosen = select(campaign.segment.rule, run=latest_run(RELATIONSHIP, as_of=at))
    facts = facts_of(chosen, text=subject + body, at=at).of
    stop = _stop(campaign, channel=channel, at=at) if leads_to_stop(subject + body) else _nowhere
    for one in treated:
        person = Person(
            one.name, one.unit, offer.name_ko, offer.name_en, home.name, stop(one.customer_id),
            facts(one.customer_id), home.currency,
        )  # fmt: skip
        yield NewMessage(
            key=f"{ref}:{one.identity_id}", identity_id=one.identity_id, source_ref=ref, channel=channel.name,
            kind=ADVERTISING, address=one.address, subject=write_subject(person)[:200], body=write_body(person),
            offer=offer.code, goods_id=campaign.goods_id, topic_id=campaign.topic_id, ground=one.ground, pack=pack.ref,
        )  # fmt: skip
