"""Value against money: sums, order and errors, beside the same as before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from dangol.insight.relationship.back_test.money import Money, money
from tests.insight.relationship.back_test.worlds import crowd, seeds, sizes


def held(seed: int, size: int, *, times: float = 1.0) -> Money:
    one = crowd(seed, size)
    spend = np.random.default_rng(seed).gamma(4.0, 2500.0, size)
    before = np.random.default_rng(seed + 1).permutation(one.purchases) * spend
    return money(times * one.expected * spend, one.purchases * spend, before, one.keys, unit=10_000.0)


class TestMoney:
    @given(seeds, sizes)
    def test_adds_up(self, seed: int, size: int) -> None:
        found = held(seed, size)
        assert sum(one.customers * one.expected for one in found.tenths) == pytest.approx(found.expected)
        assert sum(one.customers * one.came for one in found.tenths) == pytest.approx(found.came)
        assert found.ratio is not None
        assert found.ratio.value == pytest.approx(found.came / found.expected)

    def test_holds_right_values_to_be_right_in_nearly_95_of_100(self) -> None:
        ratios = [held(seed, 400).ratio for seed in range(200)]
        inside = [one is not None and not one.excludes(1.0) for one in ratios]
        assert np.mean(inside) > 0.91

    def test_sees_values_that_are_half_as_much_again(self) -> None:
        found = held(1, 2000, times=1.5)
        assert found.ratio is not None
        assert found.ratio.high < 1
        assert sum(found.off) >= 6

    def test_is_better_than_the_same_as_before_where_before_says_nothing(self) -> None:
        found = held(2, 2000)
        assert found.gain is not None
        assert found.gain.low > 0
        assert found.errors.rmse < found.errors_before.rmse
        assert found.order is not None
        assert found.order_before is not None
        assert found.order.low > found.order_before.high

    @given(seeds, sizes)
    def test_tells_the_rank_correlation_that_scipy_finds(self, seed: int, size: int) -> None:
        one = crowd(seed, size)
        found = money(one.expected, one.purchases, one.purchases, one.keys, unit=1.0)
        assert found.order is not None
        assert found.order.value == pytest.approx(spearmanr(one.expected, one.purchases).statistic)
        assert found.order.low < found.order.value < found.order.high

    @given(st.integers(1, 8))
    def test_knows_no_order_where_nobody_bought(self, size: int) -> None:
        nothing = np.zeros(size)
        found = money(np.arange(1.0, size + 1), nothing, nothing, np.arange(size), unit=1.0)
        assert (found.order, found.order_before, found.gain) == (None, None, None)
        assert found.ratio is not None
        assert found.ratio.value == 0 < found.ratio.high
