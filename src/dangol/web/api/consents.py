"""What people allowed, by the API: answers with their evidence, the do-not-contact list, and whether we may send."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.contact.delivery.parcel import Channel
from dangol.contact.delivery.queries import channels
from dangol.records.catalog.topics import ensure_topics, tree
from dangol.records.customers.models import Customer
from dangol.records.permission import actions
from dangol.records.permission.guardians import CannotGuard, is_child, record_guardian
from dangol.records.permission.models import Consent, How, Purpose, Suppression
from dangol.records.permission.policy import home_pack
from dangol.records.permission.preferences import MOST_A_MONTH, Wishes, keep_wishes, wishes_of
from dangol.records.permission.queries import Decision, decisions
from dangol.records.permission.queries import may_send as decided
from dangol.records.permission.texts import ensure_texts
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.on_behalf import OnBehalf, Who
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, WrongValues, key_used, opened, valid
from dangol.web.api.relationship import channel_of
from dangol.web.customers import verdicts
from dangol.web.customers.consent_forms import WAYS, AnswerForm, GuardianForm, LiftForm, SuppressForm
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.viewer import viewer

router = Router(tags=["consents"])

Told = Annotated[str, Field(max_length=200)]
Yes = Literal["yes", "no"]
Language = Literal["ko", "en", ""]


class ConsentAnswer(Schema):
    """One answer to one question; the last one to a question counts."""

    id: int
    purpose: str
    channel: str
    recipient: str
    granted: bool
    answered_at: datetime
    given_by: str
    how: str
    place: str
    evidence: str
    text: str


class StandingBlock(Schema):
    """What stands on the do-not-contact list; an empty channel is every channel."""

    channel: str
    reason: str
    how: str
    since: datetime


class Verdict(Schema):
    """May we? `reason` and `sentence` say why not, `ground` why; "not yet" comes with `not_before`."""

    channel: str
    allowed: bool
    reason: str
    sentence: str
    ground: str
    not_before: datetime | None
    pack: str


class Wished(Schema):
    """Topics they want to hear of, messages a month at most, the language; `seen` marks what stands."""

    topics: list[str]
    per_month: int | None
    language: str
    seen: str


class Wish(Sent):
    """What they wish; `per_month` null takes the wish back. `seen`: refused where they wished otherwise meanwhile."""

    topics: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=500)
    per_month: int | None = Field(None, ge=0, le=MOST_A_MONTH)
    language: Language = ""
    how: How
    seen: str = Field("", max_length=40)


class WholeConsent(Schema):
    """Everything one person allowed and refused."""

    pack: str
    answers: list[ConsentAnswer]
    history: list[ConsentAnswer]
    blocked: list[StandingBlock]
    wishes: Wished
    advertising: list[Verdict]
    child: bool
    guardian_agreed: bool | None


class NewAnswer(Sent):
    """One answer to one question. `shown`: the language of our text they were shown, empty for another text."""

    purpose: Purpose
    channel: str = Field("", max_length=20)
    recipient: str = Field("", max_length=120)
    answer: Yes
    shown: Language = ""
    given_by: Consent.GivenBy = Consent.GivenBy.PERSON
    how: How
    place: str = Field("", max_length=80)
    evidence: str = Field("", max_length=160, description="Where it can be seen again; an agreement needs it.")


class NewBlock(Sent):
    channel: str = Field("", max_length=20)
    how: How
    reason: str = Field(max_length=80)


class LiftBlock(Sent):
    """`why`: where their word can be seen again."""

    channel: str = Field("", max_length=20)
    how: How
    why: Told


class GuardiansAnswer(Sent):
    answer: Yes
    name: str = Field("", max_length=120)
    contact: Told = ""
    method: str = Field(max_length=12)
    evidence: Told


class AskedOfOne(Sent):
    """`channel`: the name of an installed channel; `kind`: what the message is."""

    channel: str = Field(max_length=40)
    kind: Literal["advertising", "informational", "service"] = "advertising"


class AskedOfMany(AskedOfOne):
    customers: list[Number] = Field(min_length=1, max_length=1_000)


class Verdicts(Schema):
    """By customer number; `absent` are those who are not there, or not there for this key."""

    verdicts: dict[int, Verdict]
    absent: list[int]


@opened(router, "GET", "/customers/{number}/consents", May.KEEP_CONSENT, response=WholeConsent, personal=True)
def get_consents(request: HttpRequest, number: Number) -> WholeConsent:
    """Everything one person answered, and what stands now."""
    ensure_topics(at=clock.now())
    person, at = person_or_404(request, number), clock.as_of()
    pack = home_pack(at)
    child = is_child(person, pack=pack, at=at)
    guardian = person.guardians.order_by("-answered_at", "-id").first() if child else None
    history = Consent.objects.filter(customer=person).select_related("text").order_by("-answered_at", "-id")
    return WholeConsent(
        pack=pack.ref, answers=list(map(_answered, verdicts.last_answers(person))),
        history=list(map(_answered, history)), blocked=list(map(_blocked, verdicts.standing_suppressions(person))),
        wishes=_wished(person), advertising=_advertising(person, at=at), child=child,
        guardian_agreed=guardian.granted if guardian else None,
    )  # fmt: skip


@opened(router, "POST", "/customers/{number}/consents", May.KEEP_CONSENT, response=ConsentAnswer, personal=True)
def record_answer(request: HttpRequest, number: Number, told: NewAnswer) -> ConsentAnswer:
    """Record one answer: agreed, refused, or taken back; which key it came by stands in its evidence."""
    person, mine = person_or_404(request, number), viewer(request)
    ensure_texts(at=clock.now())
    question = f"{told.purpose}|{told.channel}|{told.recipient}"
    form = AnswerForm(told.dict() | {"question": question, "evidence": _evidence(request, told)})
    # A shop on the web is a program, and may say so; what comes with a file of answers is an import and no answer.
    form.fields["how"].choices = [*WAYS, (How.WEB.value, How.WEB.label)]  # type: ignore[attr-defined]
    sound = valid(form)
    made = actions.record_form(
        person, [form.given()], by=mine.user, at=clock.now(), how=sound["how"], evidence=sound["evidence"],
        given_by=sound["given_by"], place=sound["place"],
    )  # fmt: skip
    mine.note(Verb.CHANGED, on_behalf=made[0].on_behalf)
    return _answered(made[0])


@opened(router, "POST", "/customers/{number}/suppress", May.KEEP_CONSENT, response=StandingBlock, personal=True)
def suppress_customer(request: HttpRequest, number: Number, told: NewBlock) -> StandingBlock:
    """Put the person on the do-not-contact list, over any consent."""
    person, mine = person_or_404(request, number), viewer(request)
    row = actions.suppress(person, **valid(SuppressForm(told.dict())), by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, on_behalf=OnBehalf(Who.PERSON, told.how))
    return _blocked(row)


@opened(router, "POST", "/customers/{number}/lift", May.KEEP_CONSENT, response=Done, personal=True)
def lift_suppression(request: HttpRequest, number: Number, told: LiftBlock) -> Done:
    """Take the person off the do-not-contact list; what they agreed to counts again."""
    person, mine = person_or_404(request, number), viewer(request)
    ended = actions.lift_suppression(person, **valid(LiftForm(told.dict())), by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, on_behalf=OnBehalf(Who.PERSON, told.how))
    return Done(changed=bool(ended))


@opened(router, "POST", "/customers/{number}/guardian", May.KEEP_CONSENT, response=Done, personal=True)
def record_guardians_answer(request: HttpRequest, number: Number, told: GuardiansAnswer) -> Done:
    """Record what a child's guardian answered, and how they were verified."""
    person, mine, pack = person_or_404(request, number), viewer(request), home_pack(clock.as_of())
    if not is_child(person, pack=pack, at=clock.as_of()):
        raise CannotGuard(_("This customer is not known to be a child and decides alone."))
    sound = valid(GuardianForm(told.dict(), pack=pack))
    made = record_guardian(
        person, granted=sound["answer"] == "yes", method=sound["method"], name=sound["name"], contact=sound["contact"],
        evidence=sound["evidence"], by=mine.user, at=clock.now(),
    )  # fmt: skip
    mine.note(Verb.CHANGED, on_behalf=made.on_behalf)
    return Done()


@opened(router, "POST", "/customers/{number}/wishes", May.KEEP_CONSENT, response=Wished, personal=True)
def record_wishes(request: HttpRequest, number: Number, told: Wish) -> Wished:
    """Record what they wish to hear of, how often, in which language; what is left out stays as it is."""
    person, mine = person_or_404(request, number), viewer(request)
    ensure_topics(at=clock.now())
    topics, before = tree(), wishes_of(person)
    stands = {"topics": [one.path for one in topics if one.pk in before.topics], "per_month": before.per_month,
              "language": before.language}  # fmt: skip
    wanted = stands | {name: value for name, value in told.dict(exclude_unset=True).items() if name in stands}
    if strange := set(wanted["topics"]) - {one.path for one in topics}:
        raise WrongValues({"topics": _("There is no topic “%(path)s”.") % {"path": min(strange)}})
    keys = frozenset(one.pk for one in topics if one.path in set(wanted["topics"]))
    wishes = Wishes(keys, wanted["per_month"], wanted["language"] or "")
    keep_wishes(person, wishes, how=told.how, by=mine.user, at=clock.now(), seen=told.seen)
    mine.note(Verb.CHANGED, on_behalf=OnBehalf(Who.PERSON, told.how))
    return _wished(person)


@opened(router, "GET", "/customers/{number}/may-send", May.SEE_CUSTOMERS, response=Verdict, personal=True)
def may_send(request: HttpRequest, number: Number, asked: Query[AskedOfOne]) -> Verdict:
    """Whether a message may go to one person now by a channel, and why or why not."""
    person, channel = person_or_404(request, number), channel_of(asked.channel)
    return _verdict(channel, decided(person.pk, channel=channel.facts, kind=asked.kind, at=clock.as_of()))


@opened(router, "POST", "/may-send", May.SEE_CUSTOMERS, response=Verdicts, personal=True)
def may_send_to_many(request: HttpRequest, asked: AskedOfMany) -> Verdicts:
    """The same for up to 1,000 people at once."""
    mine, channel, wanted = viewer(request), channel_of(asked.channel), set(asked.customers)
    among = mine.customers.filter(pk__in=wanted)
    found = dict(decisions(among, channel=channel.facts, kind=asked.kind, at=clock.as_of()))
    mine.saw(found)
    return Verdicts(
        verdicts={pk: _verdict(channel, decision) for pk, decision in found.items()}, absent=sorted(wanted - set(found))
    )


def _wished(person: Customer) -> Wished:
    found = wishes_of(person)
    return Wished(
        topics=[one.path for one in tree() if one.pk in found.topics], per_month=found.per_month,
        language=found.language, seen=found.mark,
    )  # fmt: skip


def _evidence(request: HttpRequest, told: NewAnswer) -> str:
    """Where it can be seen again, and by which key it came; nothing where an agreement has nothing to show."""
    if not told.evidence.strip() and told.answer == "yes":
        return ""
    return f"{told.evidence.strip()} (api {key_used(request).prefix})".strip()


def _advertising(person: Customer, *, at: datetime) -> list[Verdict]:
    asked = zip(channels().values(), verdicts.verdicts(person, at=at), strict=True)
    return [_verdict(channel, verdict.decision) for channel, verdict in asked]


def _verdict(channel: Channel, told: Decision) -> Verdict:
    return Verdict(
        channel=channel.facts.name, allowed=told.allowed, reason=told.reason, sentence=told.sentence,
        ground=told.ground, not_before=told.not_before, pack=told.pack,
    )  # fmt: skip


def _answered(one: Consent) -> ConsentAnswer:
    return ConsentAnswer(
        id=one.pk, purpose=one.purpose, channel=one.channel, recipient=one.recipient, granted=one.granted,
        answered_at=one.answered_at, given_by=one.given_by, how=one.how, place=one.place, evidence=one.evidence,
        text=one.text_version,
    )  # fmt: skip


def _blocked(one: Suppression) -> StandingBlock:
    return StandingBlock(channel=one.channel, reason=one.reason, how=one.how, since=one.since)
