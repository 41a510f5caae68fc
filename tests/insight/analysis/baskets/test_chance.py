"""Exact tests against SciPy's, intervals against what they promise, controls against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dangol.insight.analysis.baskets.chance import (
    any_false,
    false_discovery,
    fisher,
    lift_interval,
    share_interval,
)

PS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Draw counts of both, the first, the second, all, as they can occur."""
    among = draw(st.integers(1, 4000))
    first, second = draw(st.integers(0, among)), draw(st.integers(0, among))
    both = draw(st.integers(max(0, first + second - among), min(first, second)))
    return both, first, second, among


class TestFisher:
    @given(st.lists(tables(), min_size=1, max_size=20))
    def test_is_the_hypergeometric_tail(self, rows: list[tuple[int, int, int, int]]) -> None:
        both, first, second, among = np.array(rows).T
        right = stats.hypergeom.sf(both - 1, among, second, first)
        np.testing.assert_allclose(fisher(both, first, second, among), right, rtol=1e-8, atol=1e-300)

    @pytest.mark.parametrize("both", [1_050, 1_200, 51_000, 49_000])
    def test_holds_for_millions_of_baskets(self, both: int) -> None:
        counts = (both, 100_000, 1_000_000 if both > 2_000 else 21_000, 2_000_000)
        found = fisher(*(np.array([count]) for count in counts))
        right = stats.hypergeom.sf(both - 1, counts[3], counts[2], counts[1])
        np.testing.assert_allclose(found, right, rtol=1e-6)


class TestLiftInterval:
    def test_covers_the_truth_as_often_as_it_says(self) -> None:
        draw = np.random.default_rng(5)
        for cells in ((0.02, 0.08, 0.05, 0.85), (0.2, 0.2, 0.1, 0.5), (0.01, 0.09, 0.09, 0.81)):
            both, one, other, _ = draw.multinomial(2000, cells, 20_000).T
            low, high = lift_interval(both, both + one, both + other, np.full(20_000, 2000))
            true = cells[0] / ((cells[0] + cells[1]) * (cells[0] + cells[2]))
            assert np.mean((low <= true) & (true <= high)) == pytest.approx(0.95, abs=0.012)

    def test_is_a_point_where_everybody_takes_both(self) -> None:
        five = np.array([5])
        assert [float(end[0]) for end in lift_interval(five, five, five, five)] == [1.0, 1.0]


class TestShareInterval:
    def test_covers_the_truth_as_often_as_it_says(self) -> None:
        draw = np.random.default_rng(6)
        seen, usual = draw.binomial(500, 0.12, 20_000), draw.binomial(900, 0.06, 20_000)
        low, high = share_interval(seen, np.full(20_000, 500), usual.astype(float), np.full(20_000, 900.0))
        assert np.mean((low <= 2) & (high >= 2)) == pytest.approx(0.95, abs=0.012)

    def test_has_no_upper_end_where_nobody_did_it_as_usual(self) -> None:
        low, high = share_interval(np.array([4]), np.array([10]), np.array([0.0]), np.array([50.0]))
        assert 1 < low[0] < high[0] == np.inf

    def test_has_none_where_hardly_anybody_did(self) -> None:
        usual = np.array([0.4, 0.6])
        low, high = share_interval(np.array([4, 4]), np.array([10, 10]), usual, np.array([50.0, 50.0]))
        assert low[0] < 0.4 / (usual[0] / 50)
        assert high[0] == np.inf
        assert 0.4 / (usual[1] / 50) < high[1] < np.inf


class TestControl:
    @given(PS, st.integers(0, 30))
    def test_of_false_rules_counts_those_that_never_came_as_sure_to_be_false(self, ps: list[float], more: int) -> None:
        every = np.array([*ps, *[1.0] * more])
        right = stats.false_discovery_control(every)[: len(ps)]
        np.testing.assert_allclose(false_discovery(np.array(ps), len(every)), right, atol=1e-12)

    @given(PS, st.integers(0, 30))
    def test_of_a_single_false_rule_is_holms(self, ps: list[float], more: int) -> None:
        every, highest, right = sorted([*ps, *[1.0] * more]), 0.0, {}
        for place, p in enumerate(every):
            highest = max(highest, min(1.0, p * (len(every) - place)))
            right[p] = max(highest, right.get(p, 0.0)) if p not in right else right[p]
        found = any_false(np.array(ps), len(every))
        # equal ones step down together in the end: the first of them tells
        for p, adjusted in zip(ps, found, strict=True):
            assert adjusted >= right[p] - 1e-12
            assert adjusted <= 1
        assert found.min() == pytest.approx(min(right[p] for p in ps))
