"""The topics people choose among: those every home begins with, and those a business adds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Topic
from dangol.records.changes.actions import record_range, record_row

FIRST_TOPICS = (
    # path, Korean, English
    ("news", "소식", "News"),
    ("news/products", "새로 나온 상품", "New products"),
    ("news/shop", "가게 소식", "News of the shop"),
    ("benefits", "혜택", "Benefits"),
    ("benefits/discounts", "할인과 쿠폰", "Discounts and coupons"),
    ("benefits/points", "적립금", "Points"),
    ("benefits/gifts", "감사 선물", "Thank-you gifts"),
    ("living", "생활", "Living"),
    ("living/food", "음식", "Food"),
    ("living/food/recipes", "조리법", "Recipes"),
    ("living/food/health", "건강과 영양", "Health and nutrition"),
    ("living/family", "가족과 아이", "Family and children"),
)


class BadTopic(DangolError):
    """A topic without a name, without the one above it, or too deep."""


class NewTopic(NamedTuple):
    """`path` holds the codes of all levels: "news/products"."""

    path: str
    name_ko: str
    name_en: str


@atomic
def take_topics(rows: Iterable[NewTopic], *, at: datetime) -> int:
    """Bring topics up to date by path, those above before those below; how many are new. Raises BadTopic."""
    known = {topic.path: topic for topic in Topic.objects.all()}
    new: list[Topic] = []
    for row in sorted(rows):
        above, _sep, code = row.path.rpartition("/")
        _refuse(row, code, above_is_there=not above or above in known)
        topic = known.get(row.path)
        if topic is None:
            topic = known[row.path] = Topic(code=code, path=row.path, level=row.path.count("/") + 1)
            new.append(topic)
        elif (topic.name_ko, topic.name_en) == (row.name_ko, row.name_en):
            continue
        topic.name_ko, topic.name_en = row.name_ko, row.name_en
        if topic.pk:
            topic.save()
            record_row(topic, at=at)
    _make(new, known, at=at)
    return len(new)


def _make(new: Iterable[Topic], known: Mapping[str, Topic], *, at: datetime) -> None:
    """Write new topics, all of one level at once, below those there are by path."""
    level = attrgetter("level")
    for _level, of_level in groupby(sorted(new, key=level), key=level):
        topics = list(of_level)
        for topic in topics:
            topic.parent = known.get(topic.path.rpartition("/")[0])
        made = Topic.objects.bulk_create(topics)
        record_range(Topic, first_key=made[0].pk, last_key=made[-1].pk, at=at)


def ensure_topics(*, at: datetime) -> None:
    """Make the first topics of a home that has none; a home that has some keeps its own."""
    if not Topic.objects.exists():
        take_topics((NewTopic(*row) for row in FIRST_TOPICS), at=at)


def tree() -> list[Topic]:
    """Every topic, each right after the one above it."""
    # Ordered here and not in the database, whose order of signs depends on where it runs.
    return sorted(Topic.objects.all(), key=lambda topic: topic.path.split("/"))


def with_those_above(topic: Topic) -> list[str]:
    """The paths of a topic and of everything above it: a choice about any of them is one about it."""
    codes = topic.path.split("/")
    return ["/".join(codes[:depth]) for depth in range(1, len(codes) + 1)]


def _refuse(row: NewTopic, code: str, *, above_is_there: bool) -> None:
    if not code or not row.name_ko.strip() or not row.name_en.strip():
        raise BadTopic(_("Give the topic “%(path)s” a name in both languages.") % {"path": row.path})
    if not above_is_there:
        raise BadTopic(_("The topic above “%(path)s” is missing. Add it first.") % {"path": row.path})
    if row.path.count("/") >= Topic.DEEPEST:
        raise BadTopic(_("Topics are at most three levels deep: “%(path)s” is deeper.") % {"path": row.path})
