"""What people wish to hear of, and how often."""

from __future__ import annotations

import pytest

from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import Customer
from dangol.records.permission.models import FrequencyWish, TopicChoice
from dangol.records.permission.preferences import BadWish, choose_topic, frequency_of, topics_of, wish_frequency
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
