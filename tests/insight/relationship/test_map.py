"""The map in squares, the rug below it, the groups on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from dangol.insight.relationship.ellipses import ellipse, group
from dangol.insight.relationship.fair_line import region
from dangol.insight.relationship.map_bins import bins, rug
from dangol.insight.relationship.rank_correlation import rank_correlation

points = st.floats(0, 100)


class TestBins:
    def test_put_a_hundred_into_the_last(self) -> None:
        value, equity = np.array([100.0, 95.0, 0.0]), np.array([100.0, 99.9, 4.99])
        assert bins(value, equity, region(value, equity, 15)) == [[0, 0, 0, 0, 1], [95, 95, 0, 0, 2]]

    @given(st.lists(st.tuples(points, points), max_size=60))
    def test_hold_everybody_once(self, pairs: list[tuple[float, float]]) -> None:
        value, equity = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
        found = bins(value, equity, region(value, equity, 15))
        assert sum(sum(row[2:]) for row in found) == len(pairs)

    def test_leave_the_unplaced_to_the_rug(self) -> None:
        value, equity = np.array([np.nan, np.nan, 50.0]), np.array([100.0, np.nan, 50.0])
        regions = region(value, equity, 15)
        assert bins(value, equity, regions) == [[50, 50, 0, 0, 1]]
        assert rug(equity, regions) == [0] * 99 + [1]


class TestGroup:
    def test_is_the_mean_of_those_with_both_values(self) -> None:
        found = group(np.array([80.0, 60.0, np.nan, 70.0]), np.array([20.0, 40.0, 90.0, np.nan]), 15)
        assert (found.customers, found.valued, found.customer_value, found.customer_equity) == (4, 2, 70, 30)
        assert found.region == "I"
        assert found.major is None

    def test_is_unknown_without_anybody_valued(self) -> None:
        assert group(np.array([np.nan]), np.array([50.0]), 15).region == "unknown"

    def test_has_an_ellipse_along_its_spread(self) -> None:
        along = np.random.default_rng(0).normal(size=5000)
        across = np.random.default_rng(1).normal(size=5000)
        slope = np.radians(30)
        x = 10 * along * np.cos(slope) - 2 * across * np.sin(slope)
        y = 10 * along * np.sin(slope) + 2 * across * np.cos(slope)
        major, minor, angle = ellipse(x, y)
        assert (major, minor, angle) == (
            pytest.approx(10, rel=0.05), pytest.approx(2, rel=0.05), pytest.approx(30, abs=1),
        )  # fmt: skip


class TestRankCorrelation:
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40))
    def test_is_spearmans_with_ties(self, pairs: list[tuple[int, int]]) -> None:
        first, second = (np.array([pair[side] for pair in pairs], dtype=np.float64) for side in (0, 1))
        if np.ptp(first) and np.ptp(second):
            assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)
        else:
            assert rank_correlation(first, second) is None
