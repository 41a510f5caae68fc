"""Topics: two or three levels, named in both languages, and a kind of goods with all that lies below it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override

from dangol.records.catalog.models import Category, Topic
from dangol.records.catalog.queries import kinds_of_goods, with_those_below
from dangol.records.catalog.topics import BadTopic, NewTopic, ensure_topics, take_topics, tree, with_those_above
from dangol.records.changes.models import Change
from tests.people import AT

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def topic(path: str, english: str = "News") -> NewTopic:
    return NewTopic(path, "소식", english)


class TestTakeTopics:
    def test_makes_those_above_before_those_below_and_each_once(self) -> None:
        rows = [topic("news/shop/seoul"), topic("news"), topic("news/shop")]
        assert take_topics(rows, at=AT) == 3
        assert take_topics(rows, at=AT) == 0
        assert Topic.objects.get(path="news/shop/seoul").parent == Topic.objects.get(path="news/shop")
        assert list(Topic.objects.order_by("level").values_list("level", flat=True)) == [1, 2, 3]
        assert Change.objects.filter(table=Topic._meta.db_table).count() == 3

    def test_takes_new_names(self) -> None:
        take_topics([topic("news")], at=AT)
        assert take_topics([topic("news", "What is new")], at=AT) == 0
        assert Topic.objects.get().name_en == "What is new"

    @pytest.mark.parametrize(
        "wrong",
        [topic("news/shop"), topic(""), topic("news/"), NewTopic("news", "", "News"), NewTopic("news", "소식", " "),
         topic("a/b/c/d")],
    )  # fmt: skip
    def test_refuses_what_hangs_in_the_air_has_no_name_or_lies_too_deep(self, wrong: NewTopic) -> None:
        deep = [topic("a"), topic("a/b"), topic("a/b/c")]
        with pytest.raises(BadTopic):
            take_topics([*deep, wrong], at=AT)
        assert not Topic.objects.exists()

    def test_are_three_levels_deep_in_the_database_too(self) -> None:
        with pytest.raises(IntegrityError), atomic():
            Topic.objects.create(code="x", path="x", level=4, name_ko="x", name_en="x")
        with pytest.raises(IntegrityError), atomic():
            Topic.objects.create(code="x", path="x", level=2, name_ko="x", name_en="x")


class TestTree:
    def test_shows_each_right_after_the_one_above_it(self) -> None:
        take_topics([topic("news"), topic("news-letter"), topic("news/shop"), topic("art")], at=AT)
        assert [one.path for one in tree()] == ["art", "news", "news/shop", "news-letter"]

    def test_speaks_both_languages(self) -> None:
        ensure_topics(at=AT)
        ensure_topics(at=AT)
        one = Topic.objects.get(path="benefits/gifts")
        with override("ko"):
            assert str(one) == "감사 선물"
        with override("en"):
            assert str(one) == "Thank-you gifts"
        assert with_those_above(one) == ["benefits", "benefits/gifts"]

    def test_leaves_the_topics_a_business_has(self) -> None:
        take_topics([topic("mine")], at=AT)
        ensure_topics(at=AT)
        assert Topic.objects.count() == 1


class TestGoods:
    def test_are_the_top_of_the_tree_with_everything_below(self) -> None:
        milk = Category.objects.create(path="우유", name="우유")
        white = Category.objects.create(path="우유 / 흰우유", name="흰우유", parent=milk)
        drink = Category.objects.create(path="우유 음료", name="우유 음료")
        assert kinds_of_goods() == [milk, drink]
        assert sorted(with_those_below(milk.pk)) == [milk.pk, white.pk]
        assert with_those_below(999) == []
