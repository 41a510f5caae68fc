"""The chance to buy at least once against who bought: right chances pass, others are told apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize

from dangol.insight.analysis.prediction.calibration import log_odds
from dangol.insight.relationship.back_test.calibration_line import calibration_line
from dangol.insight.relationship.back_test.chances import Chances, chances
from dangol.insight.relationship.back_test.verdicts import Apart, apart
from tests.insight.relationship.back_test.worlds import Array, coins, seeds, sizes

SURE = 5.0  # standard errors: once in two millions by chance


def held(chance: Array, bought: np.typing.NDArray[np.bool_], before: float | None = 0.4) -> Chances:
    return chances(chance, bought, np.arange(len(chance)), before=before)


class TestCalibration:
    @given(seeds, sizes)
    @settings(max_examples=60)
    def test_of_right_chances_is_a_slope_of_1_and_no_intercept(self, seed: int, size: int) -> None:
        found = held(*coins(seed, size)).line
        assert found is not None
        assert abs(found.slope.value - 1) < SURE * found.slope_error
        assert abs(found.intercept.value) < SURE * found.intercept_error

    def test_has_1_within_its_interval_in_about_95_of_100(self) -> None:
        lines = [held(*coins(seed, 800)).line for seed in range(300)]
        inside = [line is not None and not line.slope.excludes(1.0) for line in lines]
        assert 0.91 < np.mean(inside) < 0.99

    def test_is_the_top_that_a_blind_search_finds(self) -> None:
        """Likelihood and curvature by differences, nothing of the formulas."""
        chance, bought = coins(3, 500)
        odds = log_odds(chance)

        def loss(point: Array) -> float:
            said = 1 / (1 + np.exp(-(point[0] + point[1] * odds)))
            return -float(np.log(np.where(bought, said, 1 - said)).sum())

        top = minimize(loss, [0.3, 0.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
        e = 1e-3 * np.eye(2)
        bend = [[(loss(top + a + b) - loss(top + a - b) - loss(top - a + b) + loss(top - a - b)) / 4e-6 for b in e]
                for a in e]  # fmt: skip
        found, off = calibration_line(odds, bought), np.sqrt(np.diag(np.linalg.inv(bend)))
        assert found is not None
        assert [found.intercept.value, found.slope.value] == pytest.approx(top, abs=1e-6)
        assert [found.intercept_error, found.slope_error] == pytest.approx(off, rel=1e-4)
        assert found.slope.high - found.slope.value == pytest.approx(1.96 * off[1], rel=1e-3)

    @given(seeds)
    @settings(max_examples=20)
    def test_sees_chances_that_lie_too_far_apart(self, seed: int) -> None:
        chance, bought = coins(seed, 2000)
        found = held(1 / (1 + np.exp(-2 * log_odds(chance))), bought).line
        assert found is not None
        assert apart(found.slope) is Apart.TOO_FAR

    @pytest.mark.parametrize("bought", [np.zeros(50, bool), np.ones(50, bool), np.linspace(0, 1, 50) > 0.5])
    def test_is_none_where_it_has_no_top(self, bought: np.typing.NDArray[np.bool_]) -> None:
        """Nobody, everybody, and a chance that parts both wholly: as what has seen the answer does."""
        assert held(np.linspace(0.01, 0.99, 50), bought).line is None

    def test_is_none_where_all_were_said_the_same(self) -> None:
        assert held(np.full(50, 0.3), np.arange(50) % 2 == 0).line is None


class TestSkill:
    @given(seeds, sizes)
    def test_is_the_error_left_over(self, seed: int, size: int) -> None:
        chance, bought = coins(seed, size)
        found = held(chance, bought, before=0.2)
        assert found.brier == pytest.approx(((chance - bought) ** 2).mean())
        assert found.over_own is not None
        assert found.over_before is not None
        share = bought.mean()
        assert found.over_own.value == pytest.approx(1 - found.brier / (share * (1 - share)))
        assert found.over_before.value == pytest.approx(1 - found.brier / ((0.2 - bought) ** 2).mean())
        assert found.over_own.value <= found.over_before.value + 1e-12  # nothing is better than the share that came

    def test_is_unknown_where_nobody_was_a_customer_before(self) -> None:
        assert held(*coins(1, 300), before=None).over_before is None

    def test_has_no_base_where_all_did_the_same(self) -> None:
        assert held(np.full(30, 0.9), np.ones(30, bool)).over_own is None


class TestGroups:
    @given(seeds, sizes)
    def test_hold_everybody_once_and_rise(self, seed: int, size: int) -> None:
        chance, bought = coins(seed, size)
        groups = held(chance, bought).groups
        assert len(groups) == 10
        assert sum(one.customers for one in groups) == size
        assert max(one.customers for one in groups) - min(one.customers for one in groups) <= 1
        assert (np.diff([one.said for one in groups]) >= 0).all()
        assert sum(one.share * one.customers for one in groups) == pytest.approx(bought.sum())

    def test_are_fewer_where_there_are_few_customers(self) -> None:
        assert [len(held(*coins(1, size)).groups) for size in (1, 39, 40, 199, 200)] == [1, 1, 2, 9, 10]

    @given(seeds, sizes)
    @settings(max_examples=30)
    def test_are_the_same_in_whatever_order_customers_stand(self, seed: int, size: int) -> None:
        chance, bought = coins(seed, size)
        chance = np.round(chance, 1)  # many alike
        keys, order = np.arange(size), np.random.default_rng(seed).permutation(size)
        here = chances(chance, bought, keys, before=0.5)
        there = chances(chance[order], bought[order], keys[order], before=0.5)
        assert [(one.customers, one.share) for one in here.groups] == [
            (one.customers, one.share) for one in there.groups
        ]
        assert here.brier == pytest.approx(there.brier)
        assert here.line is not None
        assert there.line is not None
        assert here.line.slope.value == pytest.approx(there.line.slope.value)
