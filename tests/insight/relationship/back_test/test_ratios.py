"""What came ÷ what was said: the interval holds what is true as often as it says, and has an end in every case."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.back_test.ratios import ratio, smaller
from tests.insight.relationship.back_test.worlds import crowd, seeds, sizes


class TestRatio:
    @pytest.mark.parametrize(("size", "scale"), [(1, 6.0), (8, 2.0), (60, 0.02), (60, 1.0), (1500, 0.4)])
    def test_holds_the_truth_in_nearly_95_of_100(self, size: int, scale: float) -> None:
        draw = np.random.default_rng(7)
        inside = 0
        for _time in range(600):
            said = draw.gamma(2.0, scale, size)
            found = ratio(draw.poisson(0.8 * said).astype(np.float64), said)
            assert found is not None
            inside += not found.excludes(0.8)
        assert inside / 600 > 0.92

    def test_holds_it_where_whole_customers_are_gone_or_not(self) -> None:
        inside = 0
        for seed in range(400):
            one = crowd(seed, 200)
            found = ratio(one.purchases, one.expected)
            assert found is not None
            inside += not found.excludes(1.0)
        assert inside / 400 > 0.91

    @given(st.lists(st.integers(0, 50), min_size=1, max_size=40), seeds)
    def test_is_a_number_between_its_ends(self, counts: list[int], seed: int) -> None:
        said = np.random.default_rng(seed).gamma(1.0, 1.0, len(counts)) + 1e-3
        found = ratio(np.array(counts, np.float64), said)
        assert found is not None
        assert 0 <= found.low <= found.value <= found.high < np.inf
        assert found.low < found.high

    def test_has_a_high_end_where_nothing_came(self) -> None:
        found = ratio(np.zeros(40), np.full(40, 0.5))
        assert found is not None
        assert (found.value, found.low) == (0.0, 0.0)
        assert found.high == pytest.approx(3.689 / 20, abs=1e-3)  # of a Poisson count of 0

    def test_bears_a_sum_below_zero(self) -> None:
        """More came back than was sold."""
        found = ratio(np.array([-300.0, 100.0, 0.0] * 20), np.full(60, 50.0), unit=10.0)
        assert found is not None
        assert found.low < found.value < 0

    @pytest.mark.parametrize("left", [-1.0, 0.0, 1.0])
    def test_is_no_wider_than_customers_scatter_where_returns_eat_up_sales(self, left: float) -> None:
        came = np.array([-758.0, *[0.0] * 10, *[95.0] * 8, left - 2])
        found = ratio(came, np.full(20, 30.0), unit=30.0)
        assert found is not None
        assert found.high - found.low < 2 * 2.1 * came.std() * np.sqrt(20) / 600

    @pytest.mark.parametrize("said", [1e-320, 1e-200, 1e-10])
    def test_is_none_where_as_good_as_nothing_was_said(self, said: float) -> None:
        """Of a shop that closed long ago: nobody could read how many times as much came."""
        assert ratio(np.array([0.0, 1.0, 2.0]), np.full(3, said)) is None

    def test_is_none_where_nothing_was_said(self) -> None:
        assert ratio(np.ones(3), np.zeros(3)) is None
        assert ratio(np.empty(0), np.empty(0)) is None

    @given(seeds, sizes)
    def test_counts_every_customer_twice_as_narrower_by_a_root_of_two(self, seed: int, size: int) -> None:
        one = crowd(seed, size)
        once = ratio(one.purchases, one.expected)
        twice = ratio(np.tile(one.purchases, 2), np.tile(one.expected, 2))
        assert once is not None
        assert twice is not None
        assert twice.value == pytest.approx(once.value)
        assert (twice.high - twice.low) * np.sqrt(2) == pytest.approx(once.high - once.low, rel=0.02)


class TestSmaller:
    @given(seeds, sizes)
    def test_is_nothing_for_the_same_error(self, seed: int, size: int) -> None:
        error = np.random.default_rng(seed).random(size)
        found = smaller(error, error)
        assert found is not None
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)

    def test_is_none_where_nothing_is_left_to_improve(self) -> None:
        assert smaller(np.ones(5), np.zeros(5)) is None
