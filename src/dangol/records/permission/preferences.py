"""What people wish to hear of and how often: choices and wishes, each a new row, the last one counts."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from django.db import connection
from django.db.models import Max, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import tree, with_those_above
from dangol.records.changes.actions import record_row
from dangol.records.customers.models import Customer
from dangol.records.permission.models import FrequencyWish, How, LanguageWish, TopicChoice
from dangol.records.staff.models import User

MOST_A_MONTH = 99
LANGUAGES = ("ko", "en")


class BadWish(DangolError):
    """A wish that cannot be kept."""


class WishedMeanwhile(DangolError):
    """What the customer wishes is not what whoever changes it saw."""


@dataclass(frozen=True)
class Wishes:
    """Everything somebody wishes: topics they want to hear of, by key, and what the two below say."""

    topics: frozenset[int]
    per_month: int | None = None
    language: str = ""

    @property
    def mark(self) -> str:
        """A short mark, by which a form knows that they still wish what it showed."""
        written = json.dumps([sorted(self.topics), self.per_month, self.language])
        return blake2s(written.encode(), digest_size=12).hexdigest()


@atomic
def choose_topic(
    customer: Customer, topic: Topic, *, wanted: bool, how: str = How.WEB, by: User | None, at: datetime
) -> TopicChoice:
    """Record whether the customer wants to hear of a topic and of everything below it, until they choose again."""
    # Of whatever topic: a choice about one above must outrank an earlier one below, and the other way round.
    answered_at = _after(TopicChoice.objects.filter(customer=customer), at)
    made = TopicChoice.objects.create(
        customer=customer, topic=topic, wanted=wanted, answered_at=answered_at, how=how, recorded_by=by
    )
    record_row(made, at=at)
    return made


@atomic
def wish_frequency(
    customer: Customer, *, per_month: int | None, how: str = How.WEB, by: User | None, at: datetime
) -> FrequencyWish:
    """Record how many advertising messages the customer wants in thirty days at most; None takes the wish back.

    The home's own cap stays: a wish can only lower it. Raises BadWish.
    """
    if per_month is not None and not 0 <= per_month <= MOST_A_MONTH:
        raise BadWish(_("Choose a number of messages from 0 to %(most)s.") % {"most": MOST_A_MONTH})
    made = FrequencyWish.objects.create(
        customer=customer, per_month=per_month, answered_at=_after(customer.frequency_wishes.all(), at), how=how,
        recorded_by=by,
    )  # fmt: skip
    record_row(made, at=at)
    return made


@atomic
def wish_language(
    customer: Customer, *, language: str, how: str = How.WEB, by: User | None, at: datetime
) -> LanguageWish:
    """Record in which language the customer wants to be written to. Raises BadWish."""
    if language not in LANGUAGES:
        raise BadWish(_("Choose one of the languages: %(languages)s.") % {"languages": ", ".join(LANGUAGES)})
    made = LanguageWish.objects.create(
        customer=customer, language=language, answered_at=_after(customer.language_wishes.all(), at), how=how,
        recorded_by=by,
    )  # fmt: skip
    record_row(made, at=at)
    return made


@atomic
def keep_wishes(customer: Customer, wishes: Wishes, *, how: str, by: User | None, at: datetime, seen: str = "") -> bool:
    """Record what is wished otherwise than it stands; whether anything was.

    A topic that was turned over takes along all below it, but those that were turned over too. seen: the mark of what
    the form showed. Raises WishedMeanwhile where that is no more, and BadWish.
    """
    bulk.lock(connection, f"customer:{customer.pk}")
    before = wishes_of(customer)
    if seen and seen != before.mark:
        raise WishedMeanwhile(_("They changed what they wish meanwhile. Look at what stands now, then save again."))
    turned = before.topics ^ wishes.topics
    for topic in tree():
        if topic.pk in turned:
            choose_topic(customer, topic, wanted=topic.pk in wishes.topics, how=how, by=by, at=at)
    if wishes.per_month != before.per_month:
        wish_frequency(customer, per_month=wishes.per_month, how=how, by=by, at=at)
    if wishes.language != before.language and wishes.language:
        wish_language(customer, language=wishes.language, how=how, by=by, at=at)
    return wishes_of(customer) != before


def wishes_of(customer: Customer) -> Wishes:
    """Everything the customer wishes now."""
    topics = frozenset(topic.pk for topic, wanted in topics_of(customer) if wanted)
    return Wishes(topics, frequency_of(customer), language_of(customer))


def topics_of(customer: Customer) -> list[tuple[Topic, bool]]:
    """Every topic, each right after the one above it, and whether the customer wants to hear of it: two queries."""
    last: dict[str, tuple[datetime, bool]] = {}
    choices = customer.topic_choices.order_by("answered_at", "-wanted", "id")
    for path, at, wanted in choices.values_list("topic__path", "answered_at", "wanted"):
        last[path] = (at, wanted)
    return [(topic, _wanted(topic, last)) for topic in tree()]


def frequency_of(customer: Customer) -> int | None:
    """How many advertising messages the customer wants in thirty days at most; None where nothing was said."""
    last = customer.frequency_wishes.order_by("-answered_at", "-id").first()
    return last.per_month if last else None


def language_of(customer: Customer) -> str:
    """The language the customer wants to be written to in; "" where nothing was said."""
    last = customer.language_wishes.order_by("-answered_at", "-id").first()
    return last.language if last else ""


def _wanted(topic: Topic, last: dict[str, tuple[datetime, bool]]) -> bool:
    about = [last[path] for path in with_those_above(topic) if path in last]
    return max(about, key=lambda choice: (choice[0], not choice[1]))[1] if about else True


def _after(
    earlier: "QuerySet[TopicChoice] | QuerySet[FrequencyWish] | QuerySet[LanguageWish]", at: datetime
) -> datetime:
    """The moment of an answer, after all earlier ones: on a clock that stands still, a microsecond keeps the order."""
    latest: datetime | None = earlier.aggregate(at=Max("answered_at"))["at"]
    return at if latest is None or latest < at else latest + timedelta(microseconds=1)
