"""Wilson's interval against SciPy's, for one share and for many, and where there is nothing to count among."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dangol.insight.analysis.intervals import NORMAL_975, wilson


def test_95_of_a_hundred_lie_within_as_many_standard_deviations() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-15) == NORMAL_975


class TestWilson:
    @given(st.integers(0, 50), st.integers(1, 50))
    def test_is_wilsons(self, count: int, more: int) -> None:
        right = stats.binomtest(count, count + more).proportion_ci(method="wilson")
        assert wilson(count, count + more) == pytest.approx((right.low, right.high), abs=1e-9)
        low, high = wilson(np.array([count, 1]), np.array([count + more, 2]))
        assert (low[0], high[0]) == wilson(count, count + more)

    def test_says_nothing_of_nothing(self) -> None:
        assert wilson(0, 0) == (0.0, 1.0)
        low, high = wilson(np.array([0, 1]), np.array([0, 1]))
        assert (low[0], high[0]) == (0.0, 1.0)
        assert low[1] > 0
