"""What people wish to hear of, and how often."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import FIRST_TOPICS, ensure_topics
from dangol.records.customers.models import Customer
from dangol.records.permission.models import FrequencyWish, TopicChoice
from dangol.records.permission.preferences import (
    BadWish,
    WishedMeanwhile,
    Wishes,
    choose_topic,
    frequency_of,
    keep_wishes,
    topics_of,
    wish_frequency,
    wishes_of,
)
from tests.people import AT, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def wanted(one: Customer) -> set[str]:
    return {topic.path for topic, wants in topics_of(one) if wants}


class TestTopics:
    def test_are_all_wanted_until_somebody_says_otherwise(self) -> None:
        ensure_topics(at=AT)
        one = person()
        assert wanted(one) == set(Topic.objects.values_list("path", flat=True))

    def test_go_with_the_one_above_until_chosen_apart(self) -> None:
        ensure_topics(at=AT)
        one, topic = person(), {one.path: one for one in Topic.objects.all()}
        choose_topic(one, topic["news"], wanted=False, by=None, at=AT)
        assert {path for path in topic if path.startswith("news")} & wanted(one) == set()
        choose_topic(one, topic["news/shop"], wanted=True, by=None, at=AT)
        assert {path for path in topic if path.startswith("news")} & wanted(one) == {"news/shop"}
        choose_topic(one, topic["news"], wanted=False, by=None, at=AT)
        assert "news/shop" not in wanted(one)
        assert TopicChoice.objects.count() == 3

    def test_are_told_in_two_queries(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        ensure_topics(at=AT)
        one = person()
        with django_assert_num_queries(2):
            topics_of(one)


class TestFrequency:
    def test_is_what_was_said_last(self) -> None:
        one = person()
        assert frequency_of(one) is None
        for wish in (4, 0, None, 2):
            wish_frequency(one, per_month=wish, by=None, at=AT)
            assert frequency_of(one) == wish
        assert FrequencyWish.objects.count() == 4

    @pytest.mark.parametrize("wish", [-1, 100])
    def test_refuses_a_number_nobody_can_mean(self, wish: int) -> None:
        with pytest.raises(BadWish):
            wish_frequency(person(), per_month=wish, by=None, at=AT)


class TestKeepWishes:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sets(st.sampled_from([row[0] for row in FIRST_TOPICS])), min_size=1, max_size=3))
    def test_turn_a_topic_over_with_all_below_it_but_those_turned_over_too(self, ticked: list[set[str]]) -> None:
        ensure_topics(at=AT)
        one, keys = person(), dict(Topic.objects.values_list("path", "pk"))
        for paths in ticked:
            before = wanted(one)
            keep_wishes(one, Wishes(frozenset(keys[path] for path in paths)), how="phone", by=None, at=AT)
            turned, now = before ^ paths, wanted(one)
            for path in keys:
                leading = max((up for up in turned if f"{path}/".startswith(f"{up}/")), key=len, default=None)
                assert (path in now) is (path in before if leading is None else leading in paths)

    def test_write_down_only_what_is_new_with_who_and_how(self) -> None:
        ensure_topics(at=AT)
        one = person()
        stands = wishes_of(one)
        assert not keep_wishes(one, stands, how="phone", by=None, at=AT)
        news = Topic.objects.get(path="news/shop")
        wish = Wishes(stands.topics - {news.pk}, 2, "en")
        assert keep_wishes(one, wish, how="phone", by=None, at=AT)
        assert wishes_of(one) == wish
        assert TopicChoice.objects.get().how == FrequencyWish.objects.get().how == "phone"
        assert keep_wishes(one, Wishes(wish.topics), how="phone", by=None, at=AT)
        assert wishes_of(one) == Wishes(wish.topics, None, "en")  # a language cannot be unsaid

    def test_refuse_what_was_seen_before_it_changed_and_change_nothing(self) -> None:
        ensure_topics(at=AT)
        one = person()
        seen = wishes_of(one).mark
        wish_frequency(one, per_month=4, by=None, at=AT)
        with pytest.raises(WishedMeanwhile):
            keep_wishes(one, Wishes(frozenset(), 1), how="phone", by=None, at=AT, seen=seen)
        assert frequency_of(one) == 4 and not TopicChoice.objects.exists()

    def test_refuse_a_wish_that_cannot_be_and_change_nothing(self) -> None:
        ensure_topics(at=AT)
        one = person()
        with pytest.raises(BadWish):
            keep_wishes(one, Wishes(frozenset(), 100), how="phone", by=None, at=AT)
        assert not TopicChoice.objects.exists()
