"""The rule written once more in plain Python: whatever people answered, and whenever, both say the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.records.catalog.models import Category, Product, Topic
from dangol.records.catalog.topics import NewTopic, take_topics
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.permission.asking import About, ChannelFacts
from dangol.records.permission.models import (
    Consent,
    FrequencyWish,
    Guardianship,
    Notice,
    Suppression,
    TopicChoice,
)
from dangol.records.permission.policy import Pack, pack_at
from dangol.records.permission.queries import permitted
from tests.people import EARLIER, ON_PAPER, SMS, TILL, contacted, person
from tests.records.permission.asked import INTL, SEOUL, asked
from tests.stores import tried

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EMAIL = ChannelFacts("letters", needs="email", needs_consent=True, medium="email", carries=("unsubscribe",))
BASE = datetime(2026, 11, 20, tzinfo=SEOUL)
PACKS = [pack_at("kr", date(2026, 9, 1)), pack_at("kr", date(2026, 11, 1)), INTL]

# Years, months, days and hours back from BASE, chosen to fall on either side of every limit.
backs = st.sampled_from([timedelta(hours=hours) for hours in (
    -30, -1, 0, 1, 5, 24, 24 * 29, 24 * 31, 24 * 180, 24 * 184, 24 * 186, 24 * 700, 24 * 729, 24 * 731, 24 * 1500,
)])  # fmt: skip
channels_spoken_of = st.sampled_from(["", "sms", "email", "shown_sms"])
answers = st.lists(
    st.tuples(st.sampled_from(["marketing", "night", "collection"]), channels_spoken_of, st.booleans(), backs),
    max_size=5,
    unique_by=lambda one: (one[0], one[1], one[3]),
)


@dataclass
class Story:
    """Everything that is on record of one person, as far as the rule can ask."""

    born: date | None = None
    mobile: bool = True
    answers: list[tuple[str, str, bool, timedelta]] = field(default_factory=list)
    reminded: timedelta | None = None
    suppressed: list[tuple[str, timedelta, timedelta | None]] = field(default_factory=list)
    guardians: list[tuple[bool, timedelta]] = field(default_factory=list)
    bought: list[tuple[str, timedelta]] = field(default_factory=list)
    contacts: list[timedelta] = field(default_factory=list)
    wish: int | None = None
    topics: list[tuple[str, bool, timedelta]] = field(default_factory=list)
    # What somebody else said who has the same number.
    sharer: list[tuple[str, str, bool, timedelta]] = field(default_factory=list)
    sharer_suppressed: str | None = None


stories = st.builds(
    Story,
    born=st.sampled_from([None, date(1980, 1, 1), date(2010, 11, 20), date(2012, 11, 20), date(2012, 11, 21)]),
    mobile=st.booleans(),
    answers=answers,
    reminded=st.none() | backs,
    suppressed=st.lists(st.tuples(channels_spoken_of, backs, st.none() | backs), max_size=2).map(
        lambda rows: [(c, since, until) for c, since, until in rows if until is None or until <= since]
    ).map(lambda rows: list({(c, u is None): (c, s, u) for c, s, u in rows}.values())),
    guardians=st.lists(st.tuples(st.booleans(), backs), max_size=2, unique_by=lambda one: one[1]),
    bought=st.lists(st.tuples(st.sampled_from(["우유", "우유 / 흰우유", "치즈"]), backs), max_size=3),
    contacts=st.lists(backs, max_size=5),
    wish=st.sampled_from([None, 0, 1, 3]),
    topics=st.lists(
        st.tuples(st.sampled_from(["news", "news/shop", "living"]), st.booleans(), backs), max_size=3,
        unique_by=lambda one: (one[0], one[2]),
    ),
    sharer=st.just([]) | answers,
    sharer_suppressed=st.sampled_from([None, None, None, "", "sms", "email"]),
)  # fmt: skip


def told(story: Story) -> Customer:
    """Put the story on record."""
    one = person(consent=None, mobile=story.mobile, birth_date=story.born)
    identity = Identity.objects.get(customer=one)
    for purpose, channel, granted, back in story.answers:
        made = Consent.objects.create(
            customer=one, purpose=purpose, channel=channel, granted=granted, answered_at=BASE - back, **ON_PAPER
        )
        if story.reminded is not None:
            Notice.objects.create(customer=one, consent=made, kind="reminder", how="sms", at=BASE - story.reminded)
    for channel, since, until in story.suppressed:
        Suppression.objects.create(
            customer=one, channel=channel, reason="x", since=BASE - since, until=None if until is None else BASE - until
        )
    for granted, back in story.guardians:
        Guardianship.objects.create(
            customer=one, granted=granted, method="phone", name_sealed="n", contact_sealed="c", evidence="e",
            answered_at=BASE - back,
        )  # fmt: skip
    for number, (path, back) in enumerate(story.bought):
        sale = Transaction.objects.create(
            identity=identity, source="t", receipt=f"{one.pk}-{number}", at=BASE - back, amount=1, currency="KRW"
        )
        product, _ = Product.objects.get_or_create(
            code=path, defaults={"name": path, "category": Category.objects.get(path=path)}
        )
        OrderLine.objects.create(transaction=sale, position=1, at=sale.at, product=product, quantity=1, amount=1)
    for back in story.contacts:
        contacted(one, at=BASE - back)
    if story.wish is not None:
        FrequencyWish.objects.create(customer=one, per_month=story.wish, answered_at=BASE, how="web")
    for path, wanted, back in story.topics:
        topic = Topic.objects.get(path=path)
        TopicChoice.objects.create(customer=one, topic=topic, wanted=wanted, answered_at=BASE - back, how="web")
    if story.mobile and (story.sharer or story.sharer_suppressed is not None):
        share(story, one)
    return one


def share(story: Story, one: Customer) -> None:
    """Put somebody on record who has the same number, with what they said."""
    other = person(consent=None)
    ContactPoint.objects.filter(customer=other).update(value=ContactPoint.objects.get(customer=one).value)
    for purpose, channel, granted, back in story.sharer:
        Consent.objects.create(
            customer=other, purpose=purpose, channel=channel, granted=granted, answered_at=BASE - back, **ON_PAPER
        )
    if story.sharer_suppressed is not None:
        Suppression.objects.create(customer=other, channel=story.sharer_suppressed, reason="x", since=BASE)


@dataclass(frozen=True)
class Question:
    channel: ChannelFacts
    kind: str
    at: datetime
    pack: Pack
    goods: bool
    topic: bool


questions = st.builds(
    Question,
    channel=st.sampled_from([SMS, EMAIL, TILL]),
    kind=st.sampled_from(["advertising", "informational", "service"]),
    # On one day after the other the SQL is the same, and nothing of another day may stand in it.
    at=st.builds(
        lambda hour, days: BASE.replace(hour=hour) + timedelta(days=days),
        st.sampled_from([0, 7, 8, 12, 20, 21, 23]),
        st.sampled_from([0, 0, -1, 30, 186, 731]),
    ),
    pack=st.sampled_from(PACKS),
    goods=st.booleans(),
    topic=st.booleans(),
)


def last(rows: list[tuple[timedelta, bool]]) -> bool | None:
    """The latest answer; of two at one moment the refusal."""
    return min(rows)[1] if rows else None


def months_ago(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for back in range(4):
        try:
            return date(year, month + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


def verdict(story: Story, asked: Question) -> str:
    """The rule in words: the reason, "night" for not yet, "" for yes."""
    facts, rules, at = asked.channel, asked.pack.rules, asked.at
    today, advertising = at.astimezone(asked.pack.zone).date(), asked.kind == "advertising"
    medium = facts.medium or facts.name
    speaks = {"", facts.name, facts.medium}
    electronic = advertising and (facts.needs_consent or medium in rules.consent_media)

    def day(back: timedelta) -> date:
        return (BASE - back).astimezone(asked.pack.zone).date()

    stands = [channel for channel, _since, until in story.suppressed if until is None or BASE - until > at]
    if asked.kind != "service" and speaks & set(stands):
        return "suppressed"
    if story.born and story.born > months_ago(today, 12 * rules.age) and not last([(b, g) for g, b in story.guardians]):
        return "minor_without_guardian"
    if advertising and medium == "email" and not set(rules.email_carries) <= set(facts.carries):
        return "lacks_marks"
    if electronic:
        about = [(back, granted) for purpose, channel, granted, back in story.answers
                 if purpose == "marketing" and channel in speaks]  # fmt: skip
        said = last(about)
        deals = [back for path, back in story.bought if path.split(" / ")[0] == "우유"
                 and day(back) > months_ago(today, rules.deal_months)]  # fmt: skip
        if said is None and not (asked.goods and rules.deal_months and deals):
            return "no_consent"
        if said is False:
            return "consent_refused"
        if said and rules.reconfirm_months:
            proofs = [min(about)[0], *([] if story.reminded is None else [story.reminded])]
            if all(day(back) <= months_ago(today, rules.reconfirm_months) for back in proofs):
                return "reconfirm_due"
        if facts.needs == "mobile" and story.mobile:
            there = [(back, granted) for purpose, channel, granted, back in story.sharer
                     if purpose == "marketing" and channel in speaks]  # fmt: skip
            if story.sharer_suppressed in speaks or last(about + there) is False:
                return "refused_there"
    if (
        advertising
        and asked.topic
        and last([(b, w) for p, w, b in story.topics if p in {"news", "news/shop"}]) is False
    ):
        return "topic_declined"
    if advertising and facts.needs is not None:
        within = sum(BASE - back > at - timedelta(days=30) for back in story.contacts)
        if within >= 4 or (story.wish is not None and within >= story.wish):
            return "capped"
    if facts.needs is not None and not (facts.needs == "mobile" and story.mobile):
        return "no_address"
    hour = at.astimezone(asked.pack.zone).hour
    if electronic and rules.night_begins and medium not in rules.night_exempt and (hour >= 21 or hour < 8):
        nights = [(back, granted) for purpose, channel, granted, back in story.answers
                  if purpose == "night" and channel in speaks]  # fmt: skip
        return "" if last(nights) else "night"
    return ""


@pytest.fixture
def shelves() -> None:
    """Put up the goods and topics that stories speak of."""
    milk = Category.objects.create(path="우유", name="우유")
    Category.objects.create(path="우유 / 흰우유", name="흰우유", parent=milk)
    Category.objects.create(path="치즈", name="치즈")
    topics = (("news", "소식", "News"), ("news/shop", "가게", "Shop"), ("living", "생활", "Living"))
    take_topics((NewTopic(*row) for row in topics), at=EARLIER)


@pytest.mark.usefixtures("shelves")
class TestRule:
    @settings(max_examples=tried(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(story=stories, question=questions)
    def test_says_what_the_words_say(self, story: Story, question: Question) -> None:
        home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", contact_cap=4, contact_cap_days=30)
        about = About(
            Category.objects.get(path="우유").pk if question.goods else None,
            Topic.objects.get(path="news/shop").pk if question.topic else None,
        )
        asking: dict[str, Any] = {
            "channel": question.channel, "kind": question.kind, "at": question.at, "pack": question.pack,
            "about": about,
        }  # fmt: skip
        with override_settings(DANGOL=home):
            one = told(story)
            single = asked(one, **asking)
            row = permitted(Customer.objects.filter(pk=one.pk), **asking).get()
        wanted = verdict(story, question)
        assert single.reason == wanted
        assert single.allowed is (wanted == "")
        assert row.withheld == ("" if wanted == "night" else wanted)
        assert bool(row.waits_) is (wanted == "night") or row.withheld
        assert single.pack == question.pack.ref
