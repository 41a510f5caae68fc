"""Commitment under contract: what part of the months that could be had is expected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import BadHorizon
from dangol.insight.analysis.survival import BadContracts, commitment_of, discounted_months

rates = st.floats(0.0, 0.5)


class TestCommitment:
    @given(st.floats(0.01, 1.0), rates, st.integers(1, 120))
    def test_of_constant_retention_is_the_closed_sum(self, p: float, discount: float, horizon: int) -> None:
        h = np.arange(1, horizon + 1)
        expected = discounted_months([p**h], discount=discount)
        assert expected[0] == pytest.approx((p**h / (1 + discount) ** (h / 12)).sum(), rel=1e-9)
        stays = ((1 + discount) ** (-h / 12)).sum()
        assert commitment_of([p**h], discount=discount)[0] == pytest.approx(expected[0] / stays, rel=1e-9)

    @given(rates, st.integers(1, 60))
    def test_of_one_who_stays_is_whole(self, discount: float, horizon: int) -> None:
        assert commitment_of(np.ones((2, horizon)), discount=discount) == pytest.approx([1, 1], rel=1e-12)
        assert commitment_of(np.zeros((1, horizon)), discount=discount).tolist() == [0]

    def test_is_nearer_to_the_first_months_where_later_ones_count_less(self) -> None:
        falling = np.linspace(0.9, 0.1, 36)[None]
        assert commitment_of(falling, discount=0.5)[0] > commitment_of(falling, discount=0.0)[0] + 0.05

    @pytest.mark.parametrize(
        ("survival", "reason"),
        [
            ([[0.5, 0.6]], "rises from one month"),
            ([[1.5]], "no chance"),
            ([[np.nan]], "no chance"),
            ([0.5], "one row per customer"),
            ([[]], "at least one"),
            ("all", "one row per customer|not a number"),
            ([["all"]], "not a number"),
        ],
    )
    def test_refuses_what_is_no_survival(self, survival: object, reason: str) -> None:
        with pytest.raises(BadContracts, match=reason):
            commitment_of(survival, discount=0.1)  # type: ignore[arg-type]

    def test_refuses_what_is_no_discount(self) -> None:
        for discount in (-1.0, np.nan, "a"):
            with pytest.raises(BadHorizon):
                commitment_of([[0.5]], discount=discount)  # type: ignore[arg-type]
