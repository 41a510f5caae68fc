"""Month ends, and how many stay in their region from one to the next."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dangol.insight.relationship.validity.stability import month_ends, stability, weighted_kappa

A, B = date(2025, 6, 30), date(2025, 7, 31)


def months(was: list[str], now: list[str]) -> list[tuple[date, np.ndarray, np.ndarray]]:
    return [(A, np.arange(len(was)), np.array(was)), (B, np.arange(len(now)), np.array(now))]


class TestMonthEnds:
    def test_are_the_last_days_of_months_that_are_over(self) -> None:
        assert month_ends(date(2025, 1, 1), date(2025, 9, 15), most=3) == [
            date(2025, 6, 30), date(2025, 7, 31), date(2025, 8, 31),
        ]  # fmt: skip

    def test_count_a_month_that_ends_today(self) -> None:
        assert month_ends(date(2025, 1, 1), date(2025, 9, 30), most=1) == [date(2025, 9, 30)]

    def test_have_twelve_weeks_of_history_before(self) -> None:
        assert month_ends(date(2025, 6, 1), date(2025, 9, 15)) == [date(2025, 8, 31)]
        assert month_ends(date(2025, 9, 1), date(2025, 9, 15)) == []


class TestStability:
    def test_counts_who_stayed_and_who_went_where(self) -> None:
        found = stability(months(["II", "II", "III", "I", "unknown"], ["II", "III", "III", "unknown", "I"]))
        (pair,) = found.pairs
        assert (pair.customers, pair.new, pair.lost) == (3, 1, 1)
        assert pair.stayed is not None
        assert pair.stayed.value == pytest.approx(2 / 3)
        assert found.moves == ((1, 1, 0), (0, 1, 0), (0, 0, 0))
        assert found.stayed == pytest.approx(2 / 3)

    def test_goes_by_customer_and_not_by_place(self) -> None:
        was = (A, np.array([1, 2, 3]), np.array(["I", "II", "III"]))
        now = (B, np.array([2, 3, 9]), np.array(["II", "III", "I"]))
        found = stability([was, now])
        assert found.pairs[0].customers == 2
        assert found.stayed == 1.0

    def test_of_one_month_end_is_nothing(self) -> None:
        found = stability(months(["I"], ["I"])[:1])
        assert (found.pairs, found.stayed, found.kappa) == ((), None, None)


class TestKappa:
    def test_is_one_where_all_stay_and_nothing_by_chance(self) -> None:
        assert weighted_kappa(np.diag([5, 5, 5])) == 1.0
        assert weighted_kappa(np.full((3, 3), 4)) == pytest.approx(0.0)

    def test_minds_a_far_move_more(self) -> None:
        near, far = np.diag([5, 5, 5]), np.diag([5, 5, 5])
        near[0, 1], far[0, 2] = 2, 2
        assert (weighted_kappa(near) or 0) > (weighted_kappa(far) or 0)

    def test_is_that_of_scikit_learn(self) -> None:
        from sklearn.metrics import cohen_kappa_score

        random = np.random.default_rng(1)
        was, now = random.integers(0, 3, 200), random.integers(0, 3, 200)
        table = np.zeros((3, 3), dtype=np.int64)
        np.add.at(table, (was, now), 1)
        assert weighted_kappa(table) == pytest.approx(cohen_kappa_score(was, now, weights="linear"))

    def test_is_not_said_where_all_stand_in_one_region(self) -> None:
        assert weighted_kappa(np.diag([9, 0, 0])) is None
