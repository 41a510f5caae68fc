"""Hazard ratios find what was planted, find nothing where there is nothing, and say when too little is known."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from dangol.insight.relationship.validity.hazards import Answer, Hazards, hazards, parts_of, strata
from tests.insight.relationship.validity.crowds import crowd

SEEDS, MANY = 30, 5  # of so many tests at 5 % more than five ring by chance less than once in two hundred


class TestPlanted:
    @pytest.mark.parametrize("effect", [0.2, -0.2])
    def test_effect_is_found_with_its_size(self, effect: float) -> None:
        found = hazards(crowd(1, 3_000, effect=effect))
        assert found.distance is not None
        (short,) = found.distance.hazards
        assert not short.ratio.excludes(exp(effect))
        assert short.ratio.excludes(1)
        assert found.distance.p < 0.001
        assert found.answer is (Answer.WORSE if effect > 0 else Answer.OTHER_WAY)

    def test_regions_tell_where(self) -> None:
        found = hazards(crowd(2, 4_000, effect=0.3))
        assert found.regions is not None
        second, first = found.regions.hazards
        assert (second.of, first.of) == ("II", "I")
        assert second.ratio.low > 1 > first.ratio.high

    def test_interval_covers_the_truth_nineteen_times_of_twenty(self) -> None:
        ratios = [hazards(crowd(seed, effect=0.2)).distance for seed in range(20)]
        missed = sum(one is None or one.hazards[0].ratio.excludes(exp(0.2)) for one in ratios)
        assert missed <= 4  # five miss once in three hundred


@pytest.fixture(scope="module")
def nothing() -> list[Hazards]:
    """What is found of crowds in which the distance to the line moves nobody."""
    return [hazards(crowd(seed)) for seed in range(SEEDS)]


class TestNothing:
    def test_is_taken_for_something_at_most_once_in_twenty(self, nothing: list[Hazards]) -> None:
        """Equity and silence move leaving, the distance does not; both directions together.

        Of 1,000 such crowds 41 were taken for something; here fewer are drawn, and chance is given its due.
        """
        told = [one.answer for one in nothing]
        assert Answer.OPEN not in told
        assert sum(one is not Answer.ALIKE for one in told) <= MANY

    def test_check_of_even_hazards_rings_at_most_so_often_by_chance(self, nothing: list[Hazards]) -> None:
        told = [one.distance for one in nothing]
        assert sum(one is not None and one.hazards[0].drifts for one in told) <= MANY


class TestDrift:
    def test_is_seen_where_an_effect_turns_round(self) -> None:
        """Those below the line leave sooner in the first half and later in the second."""
        before, after = crowd(5, 2_000, effect=0.6), crowd(6, 2_000, effect=-0.6)
        late = before.day > 45
        day = np.where(late, np.minimum(45 + after.day, 91), before.day)
        left = np.where(late, 45 + after.day < 91, before.left)
        mixed = type(before)(**{
            **{name: getattr(before, name) for name in before.__dataclass_fields__},
            "day": day, "left": left, "value": before.value,
        })  # fmt: skip
        found = hazards(mixed)
        assert found.distance is not None
        assert found.distance.hazards[0].drifts

    def test_is_judged_by_the_days_whatever_groups_are_called(self) -> None:
        told = crowd(3)
        found, renamed = hazards(told).distance, hazards(replace(told, alike=2 - told.alike)).distance
        assert found is not None and renamed is not None
        assert renamed.hazards[0].drift == pytest.approx(found.hazards[0].drift)


class TestLittle:
    def test_says_nothing_of_few_leavers(self) -> None:
        found = hazards(crowd(1, 40))
        assert found.left < 40
        assert found.answer is Answer.OPEN
        assert found.distance is None

    def test_says_nothing_where_everybody_lies_on_one_side_alike(self) -> None:
        one = crowd(1, 400)
        alike = type(one)(**{
            **{name: getattr(one, name) for name in one.__dataclass_fields__}, "value": one.equity - 10,
        })  # fmt: skip
        assert hazards(alike).answer is Answer.OPEN

    def test_draws_from_very_many_and_says_so(self) -> None:
        found = hazards(crowd(1, 30_000, effect=0.1))
        assert (found.customers, found.among) == (20_000, 30_000)
        assert found.answer is Answer.WORSE


class TestStrata:
    def test_are_one_number_a_combination(self) -> None:
        told = strata(np.array(["a", "b", "a", "b"]), np.array([1, 1, 2, 1]))
        assert len(set(told.tolist())) == 3
        assert told[1] == told[3]

    def test_parts_are_of_equal_size(self) -> None:
        assert np.bincount(parts_of(np.arange(100.0), 5)).tolist() == [20] * 5
        assert parts_of(np.zeros(0), 5).tolist() == []
        assert set(parts_of(np.ones(9), 3).tolist()) == {0}
