"""Learning, calibrating and judging: chances are right on later customers, and refusals say what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from dangol.insight.analysis.prediction.auc_interval import newcombe
from dangol.insight.analysis.prediction.calibration import ISOTONIC, PLATT, calibrate, cross_fitted
from dangol.insight.analysis.prediction.drawn_tree import drawn, leaves_of, path_to
from dangol.insight.analysis.prediction.examples import CannotLearn, Examples, refuse_unfit
from dangol.insight.analysis.prediction.fitting import Fit, fit
from dangol.insight.analysis.prediction.learners import BOOSTING, LEARNERS, NETWORK, TREE, learn
from dangol.insight.analysis.prediction.quality import auc_of, quality_of, reliability
from tests.insight.analysis.prediction.worlds import NAMES, chance_of, made


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return fit(made(1), made(2, away=0.5))


class TestFit:
    @pytest.mark.parametrize("name", LEARNERS)
    def test_comes_near_the_true_chance_though_times_have_changed(self, fitted: Fit, name: str) -> None:
        later = made(3, away=0.5)
        told = fitted.chance(later.values, fitted.candidates[name])
        assert np.abs(told - chance_of(later.values)).mean() < 0.12
        assert abs(told.mean() - later.happened.mean()) < 0.03

    def test_chooses_the_tree_unless_another_is_better_by_more_than_chance(self, fitted: Fit) -> None:
        assert (fitted.chosen.name != TREE) == (fitted.ahead.low > 0)
        assert fitted.chosen.name == fitted.ahead_name  # a smooth world, which steps follow badly
        few = fit(made(1, 200), made(2, 200))
        assert few.ahead.low <= 0
        assert few.chosen.name == TREE

    def test_is_the_same_each_time(self, fitted: Fit) -> None:
        again = fit(made(1), made(2, away=0.5))
        for name in (TREE, BOOSTING, NETWORK):
            assert np.array_equal(again.candidates[name].held_back, fitted.candidates[name].held_back)

    def test_judges_nobody_by_a_chance_that_their_own_outcome_helped_to_calibrate(self) -> None:
        learned_from, later = made(1), made(2, 400)
        turned = replace(later, happened=np.where(np.arange(400) == 7, ~later.happened, later.happened))
        one, other = (fit(learned_from, held_back).tree for held_back in (later, turned))
        assert one.held_back[7] == other.held_back[7]
        assert not np.array_equal(one.held_back, other.held_back)  # but the others are told by it

    @pytest.mark.parametrize("name", LEARNERS)
    def test_takes_what_is_not_known_as_the_middle(self, name: str) -> None:
        known = made(1)
        holes = np.where(np.random.default_rng(0).random(known.values.shape) < 0.2, np.nan, known.values)
        told = learn(name, replace(known, values=holes))
        row = np.array([[np.nan, 1.0, np.nan]])
        assert told.raw(row) == told.raw(np.where(np.isnan(row), told.medians, row))
        assert np.isfinite(told.raw(holes)).all()

    def test_leaves_out_what_is_the_same_for_everybody(self) -> None:
        known = made(1)
        flat = Examples((*NAMES, "flat"), np.column_stack([known.values, np.full(len(known), 7.0)]), known.happened)
        assert learn(TREE, flat).names == NAMES


class TestRefusal:
    @pytest.mark.parametrize("happened", [True, False])
    def test_names_both_numbers_where_all_did_the_same(self, happened: bool) -> None:
        one_kind = replace(made(1, 300), happened=np.full(300, happened))
        with pytest.raises(CannotLearn, match=r"Of 300 customers (300 did it and 0|0 did it and 300) did not"):
            learn(TREE, one_kind)

    def test_says_how_many_are_needed(self) -> None:
        with pytest.raises(CannotLearn, match="Only 60 customers can be learned from; at least 100"):
            fit(made(1), made(2, 60))

    def test_says_that_nothing_differs(self) -> None:
        same = replace(made(1, 300), values=np.ones((300, 3)))
        with pytest.raises(CannotLearn, match="Nothing that is known differs"):
            refuse_unfit(same)

    def test_names_the_column_without_end(self) -> None:
        known = made(1, 300)
        known.values[5, 1] = np.inf
        with pytest.raises(CannotLearn, match="'often' holds a number without end"):
            refuse_unfit(known)


@settings(max_examples=40)
@given(
    raw=st.lists(st.floats(0, 1), min_size=60, max_size=120),
    seed=st.integers(0, 99),
    share=st.floats(0.1, 0.9),
)
def test_a_chance_rises_with_what_the_learner_says_and_is_never_certain(
    raw: list[float], seed: int, share: float
) -> None:
    said = np.array(raw)
    happened = np.random.default_rng(seed).random(len(said)) < share
    happened[:10], happened[10:20] = True, False
    chance = calibrate(said, happened).chance(np.sort(said))
    assert ((chance > 0) & (chance < 1)).all()
    assert (np.diff(chance) >= -1e-12).all()


class TestCalibration:
    def test_mends_a_learner_that_is_too_sure(self) -> None:
        for size, method in ((800, PLATT), (6000, ISOTONIC)):
            world = made(4, size)
            sure = np.clip(chance_of(world.values) * 1.6 - 0.5, 0, 1)
            found = calibrate(sure, world.happened)
            assert found.method == method
            assert np.abs(found.chance(sure) - chance_of(world.values)).mean() < 0.1

    def test_says_the_share_of_all_where_a_learner_has_it_the_wrong_way_round(self) -> None:
        world = made(4, 800)
        chance = calibrate(1 - chance_of(world.values), world.happened).chance(np.array([0.1, 0.9]))
        assert chance == pytest.approx(world.happened.mean(), abs=1e-6)


class TestQuality:
    def test_agrees_with_numbers_worked_out_by_hand(self) -> None:
        chance, happened = np.array([0.9, 0.8, 0.3, 0.3]), np.array([True, False, True, False])
        found = quality_of(chance, happened)
        assert found.brier.value == pytest.approx((0.01 + 0.64 + 0.49 + 0.09) / 4)
        assert found.skill.value == pytest.approx(1 - found.brier.value / 0.25)
        assert found.auc.value == pytest.approx((1 + 1 + 0 + 0.5) / 4)
        assert (found.said, found.share) == (pytest.approx(0.575), 0.5)

    def test_has_intervals_that_hold_the_truth_about_nineteen_times_of_twenty(self) -> None:
        big = made(9, 200_000)
        truth = auc_of(chance_of(big.values), big.happened).value
        skill = quality_of(chance_of(big.values), big.happened).skill.value
        held = [quality_of(chance_of(one.values), one.happened) for one in (made(seed, 400) for seed in range(200))]
        assert 180 <= sum(one.auc.low <= truth <= one.auc.high for one in held) <= 199
        assert 180 <= sum(one.skill.low <= skill <= one.skill.high for one in held) <= 199

    def test_ranks_by_what_the_learner_said_not_by_chances_of_several_calibrations(self) -> None:
        """Where there is nothing to learn cross-fitted chances lie below a coin, each made without its own outcome."""
        aucs = []
        for seed in range(60):
            draw = np.random.default_rng(seed)
            raw, happened = draw.random(300), draw.random(300) < 0.5
            chance = cross_fitted(raw, happened)
            found = quality_of(chance, happened, ranked_by=raw)
            assert found.auc == auc_of(raw, happened)
            assert found.brier == quality_of(chance, happened).brier
            aucs.append((found.auc.value, auc_of(chance, happened).value))
        by_raw, by_chance = np.mean(aucs, axis=0)
        assert abs(by_raw - 0.5) < 0.015
        assert by_chance < by_raw - 0.03

    def test_is_what_every_learner_is_ranked_by(self, fitted: Fit) -> None:
        later = made(2, away=0.5)
        for one in fitted.candidates.values():
            assert one.quality.auc == auc_of(one.learned.raw(later.only(one.learned.names).values), later.happened)

    @pytest.mark.parametrize("yes", [1, 2, 20, 200])
    @pytest.mark.parametrize("no", [1, 2, 20, 200])
    def test_leaves_room_where_all_are_told_apart(self, yes: int, no: int) -> None:
        happened = np.arange(yes + no) >= no
        told = auc_of(np.arange(yes + no) * 1.0, happened)
        turned = auc_of(-np.arange(yes + no) * 1.0, happened)
        assert (told.value, told.high, turned.value, turned.low) == (1, 1, 0, 0)
        assert turned.high == pytest.approx(1 - told.low)
        assert told.low < 1 - 1 / (4 * max(yes, no))

    def test_leaves_less_room_the_more_were_told_apart(self) -> None:
        lows = [auc_of(np.arange(2.0 * n), np.arange(2 * n) >= n).low for n in (2, 5, 20, 100)]
        assert lows == sorted(lows)
        assert lows[0] < 0.6 and lows[-1] > 0.96

    def test_holds_the_truth_about_nineteen_times_of_twenty_where_nearly_all_are_told_apart(self) -> None:
        """Two normal distributions 2.9 apart, of which AUC = Φ(2.9 ÷ √2) = .98; 25 and 25 customers."""
        truth, happened = norm.cdf(2.9 / 2**0.5), np.arange(50) < 25
        draw = np.random.default_rng(4)
        held = [auc_of(draw.normal(size=50) + 2.9 * happened, happened) for _ in range(1000)]
        assert 930 <= sum(one.low <= truth <= one.high for one in held) <= 995


class TestNewcombe:
    @pytest.mark.parametrize(("auc", "yes", "no"), [(0.5, 10, 40), (0.8, 30, 30), (0.99, 25, 200), (1.0, 40, 60)])
    def test_ends_where_what_was_seen_lies_just_as_far_as_chance_reaches(self, auc: float, yes: int, no: int) -> None:
        for end in newcombe(auc, yes, no):
            if end < 1:
                ahead = (yes + no) / 2 - 1
                spread = 1 + ahead * ((1 - end) / (2 - end) + end / (1 + end))
                assert abs(auc - end) == pytest.approx(1.959964 * (end * (1 - end) * spread / (yes * no)) ** 0.5)

    @given(auc=st.floats(0, 1), yes=st.integers(1, 500), no=st.integers(1, 500))
    def test_holds_what_was_seen_and_turns_with_it(self, auc: float, yes: int, no: int) -> None:
        low, high = newcombe(auc, yes, no)
        assert 0 <= low <= auc <= high <= 1
        assert low < high
        assert newcombe(1 - auc, yes, no) == pytest.approx((1 - high, 1 - low), abs=1e-9)


class TestParts:
    def test_puts_equal_chances_into_one_part_and_nobody_into_two(self) -> None:
        chance = np.repeat([0.1, 0.2, 0.9], [100, 800, 100])
        parts = reliability(chance, np.arange(1000) % 2 == 0)
        assert [part.customers for part in parts] == [100, 800, 100]
        assert all(part.low <= part.share <= part.high for part in parts)


class TestDrawnTree:
    def test_leads_every_customer_to_the_leaf_whose_conditions_they_meet(self) -> None:
        known, later = made(1), made(2)
        learned = learn(TREE, known)
        nodes = drawn(learned, calibrate(learned.raw(later.values), later.happened))
        assert nodes[0].customers == len(known)
        assert sum(node.customers for node in nodes if node.leaf) == len(known)
        leaves = leaves_of(learned, later.values)
        for row, leaf in zip(later.values[:200].astype(np.float32), leaves[:200].tolist(), strict=True):
            way = path_to(leaf, nodes)
            assert len({step.column for step in way}) == len(way) > 0
            for step in way:
                value = row[learned.names.index(step.column)]
                assert (step.low is None or value > step.low) and (step.high is None or value <= step.high)

    def test_has_paths_that_nobody_of_another_leaf_meets(self) -> None:
        known, later = made(1), made(2)
        learned = learn(TREE, known)
        nodes = drawn(learned, calibrate(learned.raw(later.values), later.happened))
        values, leaves = later.values.astype(np.float32), leaves_of(learned, later.values)
        for leaf in (node.number for node in nodes if node.leaf):
            meets = np.ones(len(later), bool)
            for step in path_to(leaf, nodes):
                column = values[:, learned.names.index(step.column)]
                meets &= (column > (-np.inf if step.low is None else step.low)) & (
                    column <= (np.inf if step.high is None else step.high)
                )
            assert np.array_equal(meets, leaves == leaf)
