"""Path models: what holds of every one of them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.satisfaction.importance import NoPerformance, standings
from dangol.insight.analysis.satisfaction.path_model import BadAnswers, PathModel
from dangol.insight.analysis.satisfaction.plan import BadPlan, Block, Mode, Scheme
from dangol.insight.analysis.satisfaction.weighing import NotConverged
from tests.insight.analysis.satisfaction.bank import PHONE_PATHS, Array, phone_blocks, phones

ITEMS = ("a1", "a2", "a3", "b1", "b2", "c1", "c2")
BLOCKS = (Block("A", ITEMS[:3]), Block("B", ITEMS[3:5]), Block("C", ITEMS[5:]))
PATHS = (("A", "B"), ("A", "C"), ("B", "C"))
SEEDS = st.integers(0, 10_000)


def sheets(seed: int, n: int = 200, *, direct: float = 0.3) -> Array:
    """Answers on 1 to 7: A drives B by .6, C by `direct`, and B drives C by .5."""
    draw = np.random.default_rng(seed)
    a = draw.normal(size=n)
    b = 0.6 * a + 0.8 * draw.normal(size=n)
    c = direct * a + 0.5 * b + 0.7 * draw.normal(size=n)
    seen = np.column_stack([a, a, a, b, b, c, c]) + 0.6 * draw.normal(size=(n, 7))
    return np.asarray(np.clip(np.rint(4 + 1.2 * seen), 1, 7))


def fitted(answers: Array, **more: object) -> PathModel:
    return PathModel(BLOCKS, PATHS, **{"draws": 0, **more}).fit(answers, ITEMS)  # type: ignore[arg-type]


class TestFit:
    @settings(max_examples=20)
    @given(SEEDS, st.sampled_from(Scheme), st.booleans())
    def test_gives_scores_of_variance_one_that_its_paths_explain(
        self, seed: int, scheme: Scheme, standardised: bool
    ) -> None:
        fit = fitted(sheets(seed), scheme=scheme, standardised=standardised)
        assert fit.scores_.mean(axis=0) == pytest.approx(0, abs=1e-9)
        assert fit.scores_.var(axis=0, ddof=1) == pytest.approx(1)
        assert (np.abs(fit.loadings_) <= 1 + 1e-9).all()
        left = fit.scores_ - fit.scores_ @ fit.paths_.T
        told = 1 - left.var(axis=0, ddof=1)
        assert fit.r_squared_ == pytest.approx(told, abs=1e-9)
        assert np.corrcoef(fit.scores_.T) == pytest.approx(fit.correlations_)

    @settings(max_examples=15)
    @given(SEEDS, st.lists(st.floats(0.1, 50), min_size=7, max_size=7), st.randoms(use_true_random=False))
    def test_does_not_mind_units_or_the_order_of_columns(self, seed: int, units: list[float], random: object) -> None:
        answers = sheets(seed)
        order = list(range(7))
        random.shuffle(order)  # type: ignore[attr-defined]
        moved = (answers * np.array(units) + 3)[:, order]
        again = PathModel(BLOCKS, PATHS, draws=0).fit(moved, [ITEMS[place] for place in order])
        assert again.paths_ == pytest.approx(fitted(answers).paths_, abs=1e-6)

    @settings(max_examples=15)
    @given(SEEDS)
    def test_adds_up_all_ways_that_lead_to_a_block(self, seed: int) -> None:
        fit = fitted(sheets(seed))
        a, b, c = (fit.plan_.names.index(name) for name in "ABC")
        around = fit.paths_[b, a] * fit.paths_[c, b]
        assert fit.indirect_effects_[c, a] == pytest.approx(around)
        assert fit.total_effects_[c, a] == pytest.approx(fit.paths_[c, a] + around)

    @settings(max_examples=15)
    @given(SEEDS)
    def test_of_two_formative_blocks_is_the_canonical_correlation(self, seed: int) -> None:
        answers = sheets(seed)
        blocks = [Block("left", ITEMS[:3], Mode.FORMATIVE), Block("right", ITEMS[5:], Mode.FORMATIVE)]
        fit = PathModel(blocks, [("left", "right")], draws=0).fit(answers, ITEMS)
        whole = np.corrcoef(answers.T)
        one, other, both = whole[:3, :3], whole[5:, 5:], whole[:3, 5:]
        square = np.linalg.solve(one, both) @ np.linalg.solve(other, both.T)
        assert fit.paths_.max() == pytest.approx(np.sqrt(np.linalg.eigvals(square).real.max()), abs=1e-6)

    @settings(max_examples=15)
    @given(SEEDS)
    def test_of_two_reflective_blocks_weighs_by_the_widest_covariance(self, seed: int) -> None:
        answers = sheets(seed)
        fit = PathModel([Block("left", ITEMS[:3]), Block("right", ITEMS[5:])], [("left", "right")], draws=0)
        fit.fit(answers, ITEMS)
        left, _sizes, _right = np.linalg.svd(np.corrcoef(answers.T)[:3, 5:])
        found = fit.weights_[:3, 0]
        assert found / np.linalg.norm(found) == pytest.approx(np.abs(left[:, 0]), abs=1e-5)

    def test_of_single_items_is_plain_regression(self) -> None:
        answers = sheets(1)
        blocks = [Block(name, (item,)) for name, item in (("A", "a1"), ("B", "b1"), ("C", "c1"))]
        fit = PathModel(blocks, PATHS, draws=0).fit(answers, ITEMS)
        rows = answers[:, [0, 3, 5]]
        rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
        slopes = np.linalg.lstsq(rows[:, :2], rows[:, 2])[0]
        assert fit.paths_[2, :2] == pytest.approx(slopes)
        assert fit.reliability_[0] is not None and fit.reliability_[0].alpha is None

    def test_turns_blocks_upright(self) -> None:
        fit = fitted(8 - sheets(3))
        assert (fit.weights_.sum(axis=0) > 0).all()
        assert fit.paths_[1, 0] > 0


class TestIntervals:
    def test_are_the_same_every_time_and_others_by_another_seed(self) -> None:
        one, same, other = (fitted(sheets(2), draws=50, seed=seed).intervals_ for seed in (1, 1, 2))
        assert one is not None and same is not None and other is not None
        assert (one.paths.low == same.paths.low).all()
        assert (one.paths.low != other.paths.low).any()

    def test_hold_the_truth_about_as_often_as_they_say(self) -> None:
        truth = fitted(sheets(99, 200_000)).paths_
        held = []
        for seed in range(50):
            found = fitted(sheets(seed, 150), draws=120).intervals_
            assert found is not None
            held.append((found.paths.low <= truth) & (truth <= found.paths.high))
        share = np.stack(held)[:, truth != 0].mean()
        assert 0.90 <= share <= 0.99  # 150 intervals, which are not strangers to each other

    def test_grow_narrower_with_more_people(self) -> None:
        few, many = (fitted(sheets(4, n), draws=100).intervals_ for n in (100, 1600))
        assert few is not None and many is not None
        assert (many.paths.error[many.paths.error > 0] < few.paths.error[few.paths.error > 0]).all()


class TestImportance:
    def test_tells_what_moves_the_goal_most_first(self, real_data: Path) -> None:
        told, items = phones(real_data)
        fit = PathModel(phone_blocks(items), PHONE_PATHS, draws=100).fit(told, items)
        found = standings(fit, told, items, dict.fromkeys(items, (1, 10)), goal="satisfaction")
        assert [one.name for one in found] == ["quality", "expectation", "image", "value"]
        assert all(0 <= one.performance_low <= one.performance <= one.performance_high <= 100 for one in found)
        assert all(one.sure and one.importance < (one.importance_high or 0) for one in found)

    @settings(max_examples=10)
    @given(SEEDS)
    def test_is_the_slope_between_scores_on_0_to_100(self, seed: int) -> None:
        answers = sheets(seed, direct=0.4)
        blocks = [Block("A", ITEMS[:3]), Block("C", ITEMS[5:])]
        fit = PathModel(blocks, [("A", "C")], draws=0).fit(answers, ITEMS)
        one = standings(fit, answers, ITEMS, dict.fromkeys(ITEMS, (1, 7)), goal="C")[0]
        places = (answers - 1) / 6 * 100
        kept = [0, 1, 2, 5, 6]
        shares = fit.weights_ / answers[:, kept].std(axis=0, ddof=1)[:, None]
        scores = places[:, kept] @ (shares / shares.sum(axis=0))
        assert one.performance == pytest.approx(scores[:, 0].mean())
        assert one.importance == pytest.approx(np.polyfit(scores[:, 0], scores[:, 1], 1)[0])
        assert one.room == pytest.approx(one.importance * (100 - one.performance))

    def test_does_not_mind_on_which_scale_an_item_was_asked(self) -> None:
        answers = sheets(5)
        other = answers.copy()
        other[:, 0] = (answers[:, 0] - 1) * 10  # 0 to 60
        scales = dict.fromkeys(ITEMS, (1.0, 7.0))
        one = standings(fitted(answers), answers, ITEMS, scales, goal="C")
        two = standings(fitted(other), other, ITEMS, {**scales, "a1": (0.0, 60.0)}, goal="C")
        for alike in zip(one, two, strict=True):
            assert alike[0].performance == pytest.approx(alike[1].performance)
            assert alike[0].importance == pytest.approx(alike[1].importance)

    def test_is_refused_for_an_item_asked_the_other_way_round(self) -> None:
        answers = sheets(6)
        answers[:, 0] = 8 - answers[:, 0]
        with pytest.raises(NoPerformance, match="a1 weighs against its own block"):
            standings(fitted(answers), answers, ITEMS, dict.fromkeys(ITEMS, (1, 7)), goal="C")

    def test_is_refused_for_answers_outside_of_their_scale(self) -> None:
        with pytest.raises(BadAnswers, match="outside"):
            standings(fitted(sheets(6)), sheets(6), ITEMS, dict.fromkeys(ITEMS, (1, 5)), goal="C")


class TestRefusal:
    def test_of_sheets_that_lack_an_answer(self) -> None:
        answers = sheets(1)
        answers[[3, 8], 2] = np.nan
        with pytest.raises(BadAnswers, match="2 of 200 sheets lack an answer"):
            fitted(answers)

    def test_of_an_item_that_everybody_answered_alike(self) -> None:
        answers = sheets(1)
        answers[:, 4] = 7
        with pytest.raises(BadAnswers, match="Everybody answered b2 alike"):
            fitted(answers)

    def test_of_too_few_sheets(self) -> None:
        with pytest.raises(BadAnswers, match="19 answer sheets; 20 are the fewest"):
            fitted(sheets(1)[:19])
        assert fitted(sheets(1)[:20]).n_ == 20

    def test_of_items_that_are_not_there(self) -> None:
        with pytest.raises(BadAnswers, match="No answers to c2"):
            PathModel(BLOCKS, PATHS).fit(sheets(1)[:, :6], ITEMS[:6])
        with pytest.raises(BadAnswers, match="names of items"):
            PathModel(BLOCKS, PATHS).fit(sheets(1), ITEMS[:6])

    def test_of_weights_that_did_not_come_to_rest(self) -> None:
        with pytest.raises(NotConverged, match="After 1 rounds the weights still moved"):
            fitted(sheets(1), most_steps=1)

    @pytest.mark.parametrize(
        ("blocks", "paths", "words"),
        [
            (BLOCKS[:1], (), "a path needs two"),
            (BLOCKS, (("A", "B"), ("B", "C"), ("C", "A")), "round in a circle among A, B, C"),
            (BLOCKS, (("A", "B"),), "No path leads to or from C"),
            (BLOCKS, (*PATHS, ("A", "D")), "A path names D"),
            ((*BLOCKS, Block("A", ("x",))), PATHS, "The block A stands there twice"),
            ((*BLOCKS, Block("D", ("a1",))), (*PATHS, ("C", "D")), "The item a1 stands there twice"),
            ((*BLOCKS, Block("D", ())), (*PATHS, ("C", "D")), "The block D has no items"),
        ],
    )
    def test_of_plans_that_are_none(
        self, blocks: tuple[Block, ...], paths: tuple[tuple[str, str], ...], words: str
    ) -> None:
        with pytest.raises(BadPlan, match=words):
            PathModel(blocks, paths)
