"""The rule, gate by gate: each says in SQL for whom it is shut, and the first that is shut gives the reason.

A gate that cannot matter for a question (by day, on a channel nobody outside carries, about no topic) is left out of
it, and each looks up what its answer hangs on once: so a hundred thousand people are one question.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Coalesce, NullIf

from dangol.lib.asked_again import Blank
from dangol.records.catalog.models import Topic
from dangol.records.catalog.queries import with_those_below
from dangol.records.catalog.topics import with_those_above
from dangol.records.customers.models import ContactPoint
from dangol.records.ledger.models import Interaction, OrderLine
from dangol.records.ledger.taken_back import stands
from dangol.records.permission.asking import ADVERTISING, SERVICE, About, ChannelFacts
from dangol.records.permission.guardians import frozen
from dangol.records.permission.models import Consent, FrequencyWish, Notice, Purpose, Suppression, TopicChoice
from dangol.records.permission.policy import Pack
from dangol.records.staff.models import Contract
from dangol.records.staff.queries import contract_with

SENT = "sent"  # what the ledger calls an advertising message that left
MONTH = timedelta(days=30)
LONG_AGO = Value(datetime(1, 1, 2, tzinfo=UTC), DateTimeField())
NEWEST = ("-answered_at", "granted", "-id")  # the answer that counts first
PASSES = ""  # what a look-up says instead of a reason

type Said = Expression | Subquery[Any]  # a reason in SQL, null where the gate is open
type Gate = Callable[["Asked"], Iterator[Said]]


@dataclass(frozen=True)
class Asked:
    """One question about many people: may this kind of message go by this channel, now, by these rules?

    All that the SQL hangs on stands here, looked up once (`of`). `at` stands in it as a value alone, so that the SQL
    for one moment serves for any other: it may be a blank.

    night: whether it is night by the rules. certified: whether the channel's certificate holds. contract: in which
    standing our contract with whoever carries it is, None where there is none. goods: the categories it is about,
    topics: the paths of its topic and of those above. cap, cap_days: how many the home sends at most in how many days.
    """

    channel: ChannelFacts
    kind: str
    at: datetime | Blank | None
    pack: Pack
    about: About
    night: bool
    certified: bool
    contract: str | None
    goods: tuple[int, ...]
    topics: tuple[str, ...]
    cap: int
    cap_days: int

    @classmethod
    def of(cls, channel: ChannelFacts, kind: str, at: datetime, pack: Pack, about: About) -> Self:
        """With what the answers hang on at that time."""
        today, home = pack.day_of(at), settings.DANGOL
        contract = contract_with(recipient=channel.recipient, on=today) if channel.recipient else None
        topic = Topic.objects.filter(pk=about.topic_id).first() if about.topic_id and kind == ADVERTISING else None
        return cls(
            channel, kind, at, pack, about,
            night=pack.is_night(at),
            certified=channel.certified_until is not None and channel.certified_until >= today,
            contract=contract.status if contract else None,
            goods=tuple(with_those_below(about.goods_id)) if about.goods_id and kind == ADVERTISING else (),
            topics=tuple(with_those_above(topic)) if topic else (),
            cap=home.contact_cap, cap_days=home.contact_cap_days,
        )  # fmt: skip

    def moment(self, how: Callable[[datetime], Any]) -> Any:
        """What `how` makes of the moment it is asked at: the only way from it to a value in the SQL."""
        return self.at.then(how) if isinstance(self.at, Blank) else how(self.at)  # type: ignore[arg-type]

    @property
    def advertising(self) -> bool:
        """Whether the rules of advertising hold."""
        return self.kind == ADVERTISING

    @property
    def needs_consent(self) -> bool:
        """The stricter of the channel's own word and the law's: a channel cannot talk itself out of a rule."""
        demanded = self.channel.called in self.pack.rules.consent_media
        return self.advertising and (self.channel.needs_consent or demanded)

    @property
    def by_night(self) -> bool:
        """Whether it is night for this channel, so that those without the consent to it wait."""
        exempt = self.channel.called in self.pack.rules.night_exempt
        return self.needs_consent and not exempt and self.night

    @property
    def goods_count(self) -> bool:
        """Whether a purchase of the goods it is about can stand in for a consent nobody asked for."""
        return self.needs_consent and self.about.goods_id is not None and bool(self.pack.rules.deal_months)


def reasons(asked: Asked) -> list[Said]:
    """What each gate that can matter says, null for those it lets pass, in the order that counts."""
    return [said for gate in _GATES for said in gate(asked)]


def ground(asked: Asked) -> Expression:
    """Why it may be sent: `consent`, `existing_deal` or `not_needed`."""
    if not asked.needs_consent:
        return Value("not_needed", CharField())
    if not asked.goods_count:
        return Value("consent", CharField())
    answered = Exists(answers(Purpose.MARKETING, asked))
    return Case(When(answered, then=Value("consent")), default=Value("existing_deal"), output_field=CharField())


def waits(asked: Asked) -> Expression:
    """1 for those who get it only in the morning, 0 for others."""
    if not asked.by_night:
        return Value(0, IntegerField())
    said = Case(When(granted=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Coalesce(_last(answers(Purpose.NIGHT, asked), said), Value(1))


def addresses(asked: Asked) -> QuerySet[ContactPoint]:
    """Where a person can be reached by this channel now, the newest first: what has been ended is over.

    Whatever its dates: a number that was corrected today is the one to use, also where the home's clock stands before.
    """
    mine = ContactPoint.objects.filter(customer=OuterRef("pk"), kind=asked.channel.needs or "", valid_to=None)
    return mine.exclude(value="").order_by("-valid_from", "-id")


def answers(purpose: str, asked: Asked) -> QuerySet[Consent]:
    """Answers about the channel and whoever carries it, the one that counts first; of two at one time the refusal.

    Every answer on record counts, also one stamped later than a home's clock that stands still: a refusal must never
    wait for the clock.
    """
    return _about(purpose, asked).filter(customer=OuterRef("pk")).order_by(*NEWEST)


def _forgotten(asked: Asked) -> Iterator[Said]:
    yield _where(Q(erased_at__isnull=False), "forgotten")
    yield _where(Q(merged_into__isnull=False), "merged")


def _suppressed(asked: Asked) -> Iterator[Said]:
    if asked.kind == SERVICE:  # what they asked us for this minute, such as the way to their own data
        return
    yield _where(Exists(Suppression.objects.filter(_stands(asked), customer=OuterRef("pk"))), "suppressed")


def _minor(asked: Asked) -> Iterator[Said]:
    yield _where(frozen(asked.moment(asked.pack.of_age_born_by)), "minor_without_guardian")


def _carrier(asked: Asked) -> Iterator[Said]:
    """What keeps a channel from being used at all, whoever it is for."""
    channel, rules = asked.channel, asked.pack.rules
    if channel.recipient and asked.contract is None:
        yield Value("no_contract", CharField())
    elif asked.advertising and channel.recipient and channel.called in rules.certified_media and not asked.certified:
        yield Value("gateway_not_certified", CharField())
    elif asked.advertising and channel.called == "email" and not set(rules.email_carries) <= set(channel.carries):
        yield Value("lacks_marks", CharField())


def _others(asked: Asked) -> Iterator[Said]:
    """Whoever else gets the data: for purposes of their own, or abroad."""
    channel, rules = asked.channel, asked.pack.rules
    third_party = asked.contract == Contract.Status.THIRD_PARTY
    if rules.third_party_consent and third_party:
        yield _unless_granted(Purpose.THIRD_PARTY, asked, "no_third_party_consent")
    abroad = channel.country not in {"", rules.country}
    if rules.overseas_consent and abroad and channel.overseas_ground not in rules.overseas_grounds:
        yield _unless_granted(Purpose.OVERSEAS, asked, "no_overseas_consent")


def _consent(asked: Asked) -> Iterator[Said]:
    """The last answer about the channel: what it says, and what follows where there is none."""
    if not asked.needs_consent:
        return
    cases = [When(granted=False, then=Value("consent_refused"))]
    if asked.pack.rules.reconfirm_months:
        fresh_from = asked.moment(asked.pack.fresh_from)
        reminded = Notice.objects.filter(consent=OuterRef("pk"), kind=Notice.Kind.REMINDER, at__gte=fresh_from)
        cases.append(When(Q(answered_at__lt=fresh_from) & ~Exists(reminded), then=Value("reconfirm_due")))
    said = Case(*cases, default=Value(PASSES), output_field=CharField())
    never_asked: Expression = Value("no_consent", CharField())
    if asked.goods_count:
        never_asked = Case(When(Exists(_deals(asked)), then=Value(PASSES)), default=never_asked)
    yield NullIf(Coalesce(_last(answers(Purpose.MARKETING, asked), said), never_asked), Value(PASSES))


def _shared(asked: Asked) -> Iterator[Said]:
    """Whoever answers a number was asked, not the row it stands in: of all who are reached there now, whoever does not
    want to be contacted stops it, and of their answers the last one counts. A person may be on record twice.
    """
    if not asked.needs_consent or asked.channel.needs is None:
        return
    there = ContactPoint.objects.filter(kind=asked.channel.needs, valid_to=None, value=OuterRef(OuterRef("address_")))
    others = there.exclude(customer=OuterRef(OuterRef("pk"))).values("customer")
    blocked = Suppression.objects.filter(_stands(asked), customer__in=others)
    yield _where(Exists(blocked), "refused_there")
    theirs = _about(Purpose.MARKETING, asked).filter(customer__in=others).order_by(*NEWEST)
    # Whoever gets here has not refused themselves: what is left to ask is whose answer came later.
    mine = _about(Purpose.MARKETING, asked).filter(customer=OuterRef(OuterRef("pk"))).order_by(*NEWEST)
    later = Q(answered_at__gte=Coalesce(Subquery(mine.values("answered_at")[:1]), LONG_AGO))
    yield _last(theirs, _where(Q(granted=False) & later, "refused_there"))


def _deals(asked: Asked) -> QuerySet[OrderLine]:
    """Purchases of the goods it is about that are recent enough; what was taken back was none."""
    return OrderLine.objects.filter(
        stands("transaction__"),
        transaction__identity__customer=OuterRef("pk"),
        transaction__at__gte=asked.moment(asked.pack.deals_from),
        product__category__in=asked.goods,
        amount__gt=0,
    )


def _topic(asked: Asked) -> Iterator[Said]:
    if asked.advertising and asked.topics:
        choices = TopicChoice.objects.filter(customer=OuterRef("pk"), topic__path__in=asked.topics)
        said = _where(Q(wanted=False), "topic_declined")
        yield _last(choices.order_by("-answered_at", "wanted", "-id"), said)


def _capped(asked: Asked) -> Iterator[Said]:
    """As many as the home sends at most within its days, or as many as the person wants in thirty."""
    if not asked.advertising or asked.channel.needs is None:
        return
    if asked.cap and asked.cap_days:
        had = _contacts("pk", asked.moment(lambda at: at - timedelta(days=asked.cap_days)))
        # Whether there is one more once all but the last of those allowed are passed over.
        yield _where(Exists(had[asked.cap - 1 : asked.cap]), "capped")
    wishes = FrequencyWish.objects.filter(customer=OuterRef("pk")).order_by("-answered_at", "-id")
    within = _contacts("customer", asked.moment(lambda at: at - MONTH))
    number = within.annotate(n=Func(F("pk"), function="COUNT")).values("n")
    wishes = wishes.annotate(had=Subquery(number, output_field=IntegerField()))
    yield _last(wishes, _where(Q(per_month__lte=F("had")), "capped"))


def _contacts(owner: str, since: datetime | Blank) -> QuerySet[Interaction]:
    # Whatever its date, as everywhere here: what waited for the morning of a clock that stands still counts, too.
    return Interaction.objects.filter(
        identity__customer=OuterRef(owner), kind=SENT, direction=Interaction.Direction.OUT, at__gt=since
    )


def _address(asked: Asked) -> Iterator[Said]:
    if asked.channel.needs is not None:
        yield _where(~Exists(addresses(asked)), "no_address")


def _about(purpose: str, asked: Asked) -> QuerySet[Consent]:
    """Everybody's answers about the channel and whoever carries it."""
    whom = {"", asked.channel.recipient} if purpose in {Purpose.THIRD_PARTY, Purpose.OVERSEAS} else {""}
    return Consent.objects.filter(purpose=purpose, channel__in=asked.channel.spoken_of, recipient__in=sorted(whom))


def _stands(asked: Asked) -> Q:
    """Whether a "do not contact" about the channel stands: whatever its date, since on a home's clock that stands still
    a refusal of today lies in the future.
    """
    until = Q(until=None) | Q(until__gt=asked.at)
    return until & Q(lifted_at=None, channel__in=asked.channel.spoken_of)


def _where(condition: Q | Combinable, reason: str) -> Case:
    return Case(When(condition, then=Value(reason)), default=None, output_field=CharField())


def _last(rows: QuerySet[Any, Any], said: Expression) -> Subquery[Any]:
    """What the first of the rows says: one look-up, however much hangs on it."""
    return Subquery(rows.annotate(said=said).values("said")[:1])


def _unless_granted(purpose: str, asked: Asked, reason: str) -> Expression:
    said = Case(When(granted=True, then=Value(PASSES)), default=Value(reason), output_field=CharField())
    return NullIf(Coalesce(_last(answers(purpose, asked), said), Value(reason)), Value(PASSES))


_GATES: tuple[Gate, ...] = (
    _forgotten, _suppressed, _minor, _carrier, _others, _consent, _shared, _topic, _capped, _address,
)  # fmt: skip
