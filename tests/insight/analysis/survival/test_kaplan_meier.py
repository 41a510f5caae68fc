"""The Kaplan–Meier curve: independent numbers, and what must hold for any contracts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import BadLevel, NotFitted
from dangol.insight.analysis.survival import BadContracts, BeyondSeen, KaplanMeier

from .conftest import Telco

contracts = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=60)


class TestCurve:
    def test_is_that_of_the_textbook(self) -> None:
        # Freireich and others (1963), remission of leukaemia under 6-MP, in weeks; as in Kalbfleisch and Prentice
        weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
        ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
        curve = KaplanMeier().fit(weeks, ended)
        seen = curve.survival([5, 6, 7, 10, 13, 16, 22, 23])
        assert seen == pytest.approx([1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
        assert curve.median_ == 23

    def test_of_telco_customers_equals_that_of_lifelines(self, telco: Telco) -> None:
        from lifelines import KaplanMeierFitter

        other = KaplanMeierFitter().fit(telco.months, telco.ended)
        ours = KaplanMeier().fit(telco.months, telco.ended)
        months = np.arange(0, 73)
        assert ours.survival(months) == pytest.approx(other.predict(months).to_numpy(), abs=1e-12)
        low, high = ours.survival_interval(months[1:])
        theirs = other.confidence_interval_.loc[1:].to_numpy()
        assert low == pytest.approx(theirs[:, 0], abs=1e-12)
        assert high == pytest.approx(theirs[:, 1], abs=1e-12)
        assert ours.survival(72)[0] == pytest.approx(0.59279, abs=5e-6)
        assert ours.median_ is None

    def test_of_contracts_seen_from_an_age_on_equals_that_of_lifelines(self) -> None:
        from lifelines import KaplanMeierFitter

        draw = np.random.default_rng(4)
        lasts, entered = draw.geometric(0.08, 900) * 1.0, np.where(np.arange(900) % 2, draw.integers(0, 12, 900), 0.0)
        seen = lasts > entered
        months, ended = np.minimum(lasts, 30)[seen], (lasts <= 30)[seen]
        ours = KaplanMeier().fit(months, ended, entered=entered[seen])
        other = KaplanMeierFitter().fit(months, ended, entry=entered[seen])
        asked = np.arange(1, 29)
        assert ours.survival(asked) == pytest.approx(other.predict(asked).to_numpy(), abs=1e-12)
        assert ours.survival(10)[0] == pytest.approx(0.92**10, abs=0.04)

    def test_refuses_a_gap_and_who_was_seen_only_after_the_end(self) -> None:
        with pytest.raises(BadContracts, match="no curve leads across"):
            KaplanMeier().fit([2, 9, 9], [1, 1, 0], entered=[0, 5, 5])
        with pytest.raises(BadContracts, match="not before the end"):
            KaplanMeier().fit([2, 9], [1, 1], entered=[2, 5])
        with pytest.raises(BadContracts, match="one of each"):
            KaplanMeier().fit([2, 9], [1, 1], entered=[2])

    def test_says_between_which_months_half_have_left(self) -> None:
        curve = KaplanMeier().fit(np.arange(1, 101), np.ones(100))
        low, high = curve.median_interval_
        assert low is not None and high is not None
        assert 35 < low < curve.median_ == 50 < high < 65
        assert KaplanMeier().fit(np.full(60, 5), np.zeros(60)).median_interval_ == (None, None)

    @given(contracts)
    def test_falls_within_an_interval_that_holds_it(self, rows: list[tuple[int, bool]]) -> None:
        months, ended = zip(*rows, strict=True)
        curve = KaplanMeier().fit(months, ended)
        asked = np.arange(0, max(months) + 1)
        seen, (low, high) = curve.survival(asked), curve.survival_interval(asked)
        assert seen[0] == 1
        assert (np.diff(seen) <= 0).all()
        assert ((low >= 0) & (low <= seen + 1e-12) & (seen <= high + 1e-12) & (high <= 1)).all()

    @given(contracts)
    def test_is_the_plain_part_where_nobody_is_here_still(self, rows: list[tuple[int, bool]]) -> None:
        months = np.array([row[0] for row in rows])
        asked = np.arange(0, 13)
        curve = KaplanMeier().fit(months, np.ones(len(months)))
        assert curve.survival(asked) == pytest.approx((months[:, None] > asked).mean(axis=0), abs=1e-12)

    def test_holds_19_of_20_truths(self) -> None:
        draw, held = np.random.default_rng(4), []
        for _ in range(400):
            lasts, seen = draw.geometric(0.08, 150), draw.integers(1, 40, 150)
            low, high = KaplanMeier().fit(np.minimum(lasts, seen), lasts <= seen).survival_interval(10)
            held.append(low[0] <= 0.92**10 <= high[0])
        assert 0.92 < np.mean(held) < 0.98


class TestDoubt:
    def test_stays_where_nobody_has_left(self) -> None:
        curve = KaplanMeier().fit([5] * 10, [0] * 10)
        (low,), (high,) = curve.survival_interval(5)
        assert (low, high) == (pytest.approx(0.025**0.1), 1)

    def test_reaches_down_to_nobody_where_all_have_left(self) -> None:
        curve = KaplanMeier().fit([1, 2, 3], [1, 1, 1])
        (low,), (high,) = curve.survival_interval(3)
        assert curve.survival([3, 99]).tolist() == [0, 0]
        assert low == 0
        assert high == curve.survival_interval(2)[1][0]


class TestRefusal:
    @pytest.mark.parametrize(
        ("months", "ended", "reason"),
        [
            ([1, -2], [0, 1], r"1 of 2 customers months is negative \(the first in row 1: -2\)"),
            ([1, 2], [0, 2], "neither 0 nor 1"),
            ([1, 0], [0, 1], "never ran"),
            ([1, np.nan], [0, 1], "months is missing"),
            ([1, 2, 3], [0, 1], "3 values of months and 2 of ended"),
            (["long"], [1], "not a number"),
            ([], [], "no customers"),
            ([[1, 2]], [1], "dimensions"),
        ],
    )
    def test_names_the_row_and_the_reason(self, months: list[float], ended: list[float], reason: str) -> None:
        with pytest.raises(BadContracts, match=reason):
            KaplanMeier().fit(months, ended)

    def test_says_nothing_of_times_that_nobody_was_seen_at(self) -> None:
        curve = KaplanMeier().fit([3, 9], [1, 0])
        with pytest.raises(BeyondSeen, match=r"10 months were asked about, .* 0 to 9.*WeibullLeaving"):
            curve.survival(10)
        with pytest.raises(BeyondSeen):
            curve.survival_interval(-1)
        with pytest.raises(BadContracts, match="not a number"):
            curve.survival("long")
        with pytest.raises(NotFitted):
            KaplanMeier().survival(1)
        with pytest.raises(BadLevel):
            KaplanMeier(level=95)
