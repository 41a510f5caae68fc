"""Gini and the share of the top customers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dangol.insight.analysis.estimators import NothingToShare, concentration_of

amounts = arrays(np.float64, st.integers(1, 40), elements=st.integers(0, 10**12).map(float))


class TestGini:
    def test_is_0_when_all_have_the_same(self) -> None:
        assert concentration_of(np.full(7, 300)).gini == pytest.approx(0)

    def test_is_all_but_one_nth_when_one_has_all(self) -> None:
        assert concentration_of([0, 0, 0, 0, 9]).gini == pytest.approx(4 / 5)

    def test_of_one_to_ten_is_three_tenths(self) -> None:
        assert concentration_of(np.arange(1, 11)).gini == pytest.approx(0.3)

    @given(amounts, st.floats(1e-3, 1e3))
    def test_does_not_depend_on_the_currency(self, values: np.ndarray, rate: float) -> None:
        assume(values.sum() > 0)
        assert concentration_of(rate * values).gini == pytest.approx(concentration_of(values).gini, abs=1e-9)

    @given(amounts)
    def test_is_half_the_mean_difference_over_the_mean(self, values: np.ndarray) -> None:
        assume(values.sum() > 0)
        apart = np.abs(values[:, None] - values).mean()
        found = concentration_of(values).gini
        assert found == pytest.approx(apart / 2 / values.mean(), abs=1e-9)
        assert -1e-12 <= found <= 1 - 1 / len(values) + 1e-12


class TestTopShare:
    def test_of_one_to_ten_is_19_of_55(self) -> None:
        assert concentration_of(np.arange(1, 11)).top_share == pytest.approx(19 / 55)

    def test_counts_the_last_customer_in_part(self) -> None:
        # a fifth of 7 is 1.4 customers
        assert concentration_of([10, 20, 5, 5, 5, 5, 0]).top_share == pytest.approx((20 + 0.4 * 10) / 50)

    @given(amounts)
    def test_is_never_below_the_share_of_customers(self, values: np.ndarray) -> None:
        assume(values.sum() > 0)
        assert 0.2 - 1e-9 <= concentration_of(values).top_share <= 1 + 1e-12

    def test_of_everybody_is_everything(self) -> None:
        assert concentration_of([1, 2, 3], top=1.0).top_share == pytest.approx(1)


class TestNetNegatives:
    def test_stand_apart(self) -> None:
        found = concentration_of([-50, -1, 0, 3, 3])
        assert (found.n, found.total, found.n_negative, found.negative_total) == (3, 6, 2, -51)
        assert found.gini == concentration_of([0, 3, 3]).gini

    def test_alone_have_nothing_to_share(self) -> None:
        for values in ([], [0, 0], [-3, -1]):
            with pytest.raises(NothingToShare, match="above 0"):
                concentration_of(values)

    def test_do_not_hide_missing_values(self) -> None:
        with pytest.raises(NothingToShare, match="1 values are missing"):
            concentration_of([1, np.nan])
        with pytest.raises(NothingToShare, match="the part"):
            concentration_of([1, 2], top=0.0)


class TestRefusal:
    def test_meets_what_is_no_column_of_numbers(self) -> None:
        for strange in ("much", [[1], [2, 3]], [[1, 2]], 10**400, [1e300, 1e308]):
            with pytest.raises(NothingToShare, match=r"not a number|dimensions|beyond"):
                concentration_of(strange)  # type: ignore[arg-type]
        for top in ("most", np.nan, [0.1, 0.2]):
            with pytest.raises(NothingToShare, match="top"):
                concentration_of([1, 2], top=top)  # type: ignore[arg-type]
