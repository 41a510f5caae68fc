"""Whom to ask: of each region its share, the same for the same seed, and nobody who should be left in peace."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.loyalty.sample import Drawn, draw, mixed, shares
from dangol.records.customers.models import Customer, Identity
from dangol.records.permission.models import Consent, Suppression
from dangol.records.voices.models import SurveyAnswer
from tests.people import AT, ON_PAPER, contacted, people, valued


class TestShares:
    @settings(max_examples=40)
    @given(st.lists(st.integers(0, 5000), min_size=4, max_size=4), st.integers(1, 9000))
    def test_add_up_and_are_never_a_person_off_their_part(self, sizes: list[int], wanted: int) -> None:
        found = shares(np.array(sizes, np.int64), wanted)
        total = sum(sizes)
        assert found.sum() == min(wanted, total)
        assert (found <= sizes).all()
        if total:
            assert (np.abs(found - np.array(sizes) * min(wanted, total) / total) < 1).all()

    def test_of_regions_of_50_30_20_are_5_3_2_of_ten(self) -> None:
        assert shares(np.array([50, 30, 20, 0]), 10).tolist() == [5, 3, 2, 0]


class TestMixed:
    def test_is_the_same_for_the_same_seed_and_another_for_another(self) -> None:
        ids = np.arange(1, 2001, dtype=np.int64)
        assert (mixed(ids, 7) == mixed(ids, 7)).all()
        first, second = (set(np.argsort(mixed(ids, seed))[:1000].tolist()) for seed in (7, 8))
        assert 430 < len(first & second) < 570  # half of a half, as by lot


@pytest.fixture
def crowd(db: None) -> list[Customer]:
    """Return forty customers, half in region II, a quarter each in I and III."""
    del db
    found = people(40)
    valued(found, regions=("II", "I", "II", "III"))
    return found


def drawn(crowd: list[Customer], *, seed: int = 1, last_wave: date | None = None, number: int = 12) -> Drawn:
    return draw(people=number, seed=seed, valued=Run.objects.get(), last_wave=last_wave, as_of=AT)


@pytest.mark.store
class TestDraw:
    def test_takes_of_each_region_its_share(self, crowd: list[Customer]) -> None:
        found = drawn(crowd)
        assert found.drawn == {"I": 3, "II": 6, "III": 3, "unknown": 0}
        assert found.among == {"I": 10, "II": 20, "III": 10, "unknown": 0}
        assert len(set(found.ids.tolist())) == 12

    def test_comes_out_again_by_its_seed(self, crowd: list[Customer]) -> None:
        assert drawn(crowd).ids.tolist() == drawn(crowd).ids.tolist()
        assert drawn(crowd).ids.tolist() != drawn(crowd, seed=2).ids.tolist()

    def test_leaves_out_whoever_objects_is_blocked_was_asked_or_answered(self, crowd: list[Customer]) -> None:
        objects, blocked, was_asked, answered, asked_long_ago, *rest = crowd
        Consent.objects.create(customer=objects, purpose="automated", granted=False, answered_at=AT, **ON_PAPER)
        Suppression.objects.create(customer=blocked, reason="asked", since=AT - timedelta(days=3))
        contacted(was_asked, at=AT - timedelta(days=60), kind="survey_invitation")
        contacted(asked_long_ago, at=AT - timedelta(days=300), kind="survey_invitation")
        SurveyAnswer.objects.create(
            identity=Identity.objects.get(customer=answered), source="file", ref="1", survey="s", item="q",
            dimension="", score=5, scale_min=1, scale_max=7, at=AT - timedelta(days=20),
        )  # fmt: skip
        found = drawn(crowd, last_wave=(AT - timedelta(days=30)).date(), number=1000)
        assert found.ids.tolist() == sorted(one.pk for one in (asked_long_ago, *rest))
        assert found.left_out == {"blocked": 1, "asked": 2}

    def test_asks_no_more_questions_of_more_customers(
        self, crowd: list[Customer], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with CaptureQueriesContext(connection) as few:
            drawn(crowd, last_wave=AT.date())
        people(40)
        with django_assert_num_queries(len(few)):
            drawn(crowd, last_wave=AT.date())
