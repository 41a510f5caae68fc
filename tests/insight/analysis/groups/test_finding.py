"""Groups are found where they were planted, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from dangol.insight.analysis.groups.features import Habits, scale_of
from dangol.insight.analysis.groups.finding import FEWEST_CUSTOMERS, search
from dangol.insight.analysis.groups.naming import codes
from tests.insight.analysis.groups.crowds import crowd, together

REGULARS = {"rate": 40, "shape": 5, "basket": 8_000, "share": 0.1}
HAULERS = {"rate": 5, "shape": 5, "basket": 60_000, "share": 0.7}
SNIPERS = {"rate": 14, "shape": 5, "basket": 3_000, "share": 0.95, "alike": 60}


class TestPlanted:
    @pytest.mark.parametrize("size", [200, 2_000])
    def test_two_groups_are_found_and_everybody_is_placed(self, size: int) -> None:
        habits, of = together(crowd(1, size, **REGULARS), crowd(2, size, **HAULERS))
        found = search(habits).found
        assert found is not None
        assert len(found) == 2
        assert found.stability.min() >= 0.75
        assert adjusted_rand_score(of, found.placed(habits)) > 0.9

    def test_three_groups_are_found_and_named_after_what_sets_them_apart(self) -> None:
        habits, of = together(crowd(1, 2_000, **REGULARS), crowd(2, 2_000, **HAULERS), crowd(3, 2_000, **SNIPERS))
        found = search(habits).found
        assert found is not None
        assert len(found) == 3
        placed = found.placed(habits)
        assert adjusted_rand_score(of, placed) > 0.9
        names = codes(found.profile, found.scale.names)
        mine = [names[np.bincount(placed[of == number]).argmax()].split("-") for number in range(3)]
        assert {"often", "lately"} <= set(mine[0])
        assert {"seldom", "large"} <= set(mine[1])
        assert {"small", "discounts"} <= set(mine[2])

    def test_the_same_customers_give_the_same_groups(self) -> None:
        habits, _of = together(crowd(1, 500, **REGULARS), crowd(2, 500, **HAULERS))
        one, other = search(habits), search(habits)
        assert one.tried == other.tried
        assert one.found is not None
        assert other.found is not None
        assert (one.found.placed(habits) == other.found.placed(habits)).all()


class TestNothingPlanted:
    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize(("rate", "shape"), [(1.5, 1), (5, 0.5), (20, 2), (60, 4)])
    def test_one_crowd_is_one_crowd(self, seed: int, rate: float, shape: float) -> None:
        size = [400, 2_000, 6_000][seed]
        habits = crowd(seed * 100 + 3, size, rate=rate, shape=shape, basket=20_000, spread=0.6, share=0.3, alike=5)
        assert search(habits).found is None

    def test_the_steps_of_whole_numbers_are_no_groups(self) -> None:
        habits = crowd(9, 6_000, rate=3, basket=20_000, share=0.5, alike=1_000)
        assert search(habits).found is None

    def test_a_discount_hardly_anybody_got_makes_no_group(self) -> None:
        habits = crowd(9, 6_000, rate=10, basket=20_000, share=0.001, alike=1_000)
        assert "discount" not in scale_of(habits, np.random.default_rng(0)).names
        assert search(habits).found is None

    def test_too_few_customers_are_not_searched(self) -> None:
        habits, _of = together(crowd(1, FEWEST_CUSTOMERS // 2, **REGULARS), crowd(2, 99, **HAULERS))
        found = search(habits)
        assert (found.tried, found.found, found.customers) == ((), None, FEWEST_CUSTOMERS - 1)

    def test_customers_who_are_all_alike_are_not_torn_apart(self) -> None:
        alike = np.full(300, 7.0)
        assert search(Habits(alike, alike, alike * 1_000, alike * 0)).found is None


class TestScale:
    def test_never_says_that_something_is_not_a_number(self) -> None:
        odd = Habits(
            np.array([0.0, 364, 3, 5]), np.array([1.0, 1, 365, 2]), np.array([0.0, -500, 1e12, 1]),
            np.array([0.0, 1, 365, 0]),
        )  # fmt: skip
        scale = scale_of(odd, np.random.default_rng(0))
        assert np.isfinite(scale.standardised(odd)).all()
        assert np.isfinite(scale.drawn(odd, np.random.default_rng(0))).all()
