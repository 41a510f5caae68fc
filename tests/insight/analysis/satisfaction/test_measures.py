"""Figures of a survey: what they are by definition, and how often their intervals hold the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.satisfaction.indices import (
    BadWeights,
    KcsiWeights,
    acsi_type,
    csat,
    kcsi_type,
    on_scale,
    weights_on,
)
from dangol.insight.analysis.satisfaction.measured import BadScale, Measured, NoAnswers, mean_of
from dangol.insight.analysis.satisfaction.promoters import Promoters, promoters
from dangol.insight.analysis.satisfaction.servqual import DIMENSIONS, servperf, servqual

NAN = float("nan")


def sheets(low: int, high: int, items: int) -> st.SearchStrategy[list[list[int]]]:
    return st.lists(st.lists(st.integers(low, high), min_size=items, max_size=items), min_size=2, max_size=30)


def raised(answers: list[list[int]], high: int) -> list[list[int]]:
    """The same, the first answer one step higher where it can be."""
    return [[min(answers[0][0] + 1, high), *answers[0][1:]], *answers[1:]]


def coverage(of: Callable[[np.random.Generator], Measured], truth: float, times: int = 800) -> float:
    draw = np.random.default_rng(7)
    found = [of(draw) for _ in range(times)]
    return float(np.mean([one.low <= truth <= one.high for one in found]))


class TestAcsiType:
    @pytest.mark.parametrize(("means", "index"), [((1, 1, 1), 0), ((10, 10, 10), 100), ((8, 7, 6), 66.67)])
    def test_is_0_for_all_ones_100_for_all_tens_and_two_thirds_between(
        self, means: tuple[int, ...], index: float
    ) -> None:
        assert acsi_type([means] * 5).value == pytest.approx(index, abs=0.005)

    def test_weighs_its_items(self) -> None:
        assert acsi_type([(10, 1, 1), (10, 1, 1)], (0.5, 0.3, 0.2)).value == pytest.approx(50)

    def test_leaves_out_who_did_not_answer_all(self) -> None:
        found = acsi_type([(10, 10, 10), (10, 10, 10), (1, NAN, 1)])
        assert (found.value, found.respondents) == (pytest.approx(100), 2)

    @given(sheets(1, 10, 3))
    def test_lies_in_its_interval_and_rises_with_every_answer(self, answers: list[list[int]]) -> None:
        found = acsi_type(answers)
        assert 0 <= found.low <= found.value <= found.high <= 100
        assert found.value <= acsi_type(raised(answers, 10)).value + 1e-9

    def test_interval_holds_the_truth_as_often_as_it_says(self) -> None:
        shares = np.array([1, 1, 2, 3, 5, 8, 12, 15, 8, 4]) / 59
        truth = float((shares * (np.arange(10) / 9 * 100)).sum())
        share = coverage(lambda draw: acsi_type(draw.choice(10, (60, 3), p=shares) + 1), truth)
        assert 0.93 <= share <= 0.97

    @pytest.mark.parametrize("wrong", [0, 11, 5.5])
    def test_is_refused_on_another_scale(self, wrong: float) -> None:
        with pytest.raises(BadScale, match=f"such as {wrong:g}, are none from 1 to 10"):
            acsi_type([(5, 5, wrong), (5, 5, 5)])

    @pytest.mark.parametrize("weights", [(0.5, 0.5), (0.5, 0.6, -0.1), (0.5, 0.5, 0.5)])
    def test_is_refused_with_weights_that_are_none(self, weights: tuple[float, ...]) -> None:
        with pytest.raises(BadWeights, match="together 1"):
            acsi_type([(5, 5, 5), (6, 6, 6)], weights)


class TestKcsiType:
    def test_is_half_elements_three_tenths_overall_and_two_tenths_repurchase(self) -> None:
        elements = [(7, 6), (5, 6), (1, 1), (7, 7)]  # 1, 1/2, 0, 1
        found = kcsi_type(elements, [6, 7, 5, 2], [7, 5, 5, 1])  # 2 of 4, 1 of 4
        assert found.value == pytest.approx(100 * (0.5 * 0.625 + 0.3 * 0.5 + 0.2 * 0.25))
        assert found.respondents == 4

    def test_takes_the_weights_of_the_day(self) -> None:
        older = KcsiWeights(date(2002, 1, 1), 0.4, 0.4, 0.2)
        newer = KcsiWeights(date(2020, 1, 1))
        assert weights_on(date(2019, 12, 31), [newer, older]) is older
        assert weights_on(date(2020, 1, 1), [newer, older]) is newer
        assert weights_on(date(1999, 1, 1), [newer, older]).elements == 0.5
        told = [(7,), (1,)], [7, 1], [1, 1]
        assert kcsi_type(*told, older).value == pytest.approx(40)

    def test_is_of_those_of_whom_every_part_is_known(self) -> None:
        found = kcsi_type([(7, NAN), (7, 7), (NAN, NAN), (1, 1)], [7, NAN, 7, 1], [7, 7, 7, 1])
        assert (found.value, found.respondents) == (50, 2)

    @given(sheets(1, 7, 4))
    def test_lies_in_its_interval_and_rises_with_every_answer(self, answers: list[list[int]]) -> None:
        def of(rows: list[list[int]]) -> Measured:
            told = np.array(rows)
            return kcsi_type(told[:, :2], told[:, 2], told[:, 3])

        found = of(answers)
        assert 0 <= found.low <= found.value <= found.high <= 100
        assert found.value <= of(raised(answers, 7)).value + 1e-9

    @pytest.mark.parametrize("parts", [(0.5, 0.3, 0.3), (1.2, -0.2, 0)])
    def test_is_refused_with_weights_that_are_none(self, parts: tuple[float, float, float]) -> None:
        with pytest.raises(BadWeights, match="together 1"):
            KcsiWeights(date(2026, 1, 1), *parts)


class TestPromoters:
    def test_are_9_and_10_less_0_to_6(self) -> None:
        found = promoters([0, 6, 7, 8, 9, 10, 10, NAN])
        assert found == Promoters(3, 2, 2)
        assert found.score.value == pytest.approx(100 / 7)
        assert found.variance == pytest.approx(3 / 7 + 2 / 7 - (1 / 7) ** 2)

    @given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
    def test_score_lies_in_its_interval_and_rises_with_every_answer(self, answers: list[int]) -> None:
        found = promoters(answers).score
        assert -100 <= found.low <= found.value <= found.high <= 100
        assert found.low < found.high
        assert found.value <= promoters([min(answers[0] + 1, 10), *answers[1:]]).score.value

    @given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
    def test_variance_is_that_of_plus_and_minus_ones(self, answers: list[int]) -> None:
        told = [1 if one >= 9 else -1 if one <= 6 else 0 for one in answers]
        assert promoters(answers).variance == pytest.approx(np.var(told), abs=1e-12)

    @pytest.mark.parametrize(("up", "passive"), [(0.5, 0.3), (0.8, 0.15), (0.1, 0.6)])
    @pytest.mark.parametrize("n", [30, 300])
    def test_interval_holds_the_truth_as_often_as_it_says(self, up: float, passive: float, n: int) -> None:
        down = 1 - up - passive

        def of(draw: np.random.Generator) -> Measured:
            return Promoters(*(int(part) for part in draw.multinomial(n, [up, passive, down]))).score

        assert 0.93 <= coverage(of, 100 * (up - down)) <= 0.975

    def test_interval_is_as_wide_as_the_variance_says_where_many_answered(self) -> None:
        found = Promoters(5000, 3000, 2000)
        half = (found.score.high - found.score.low) / 2
        assert half == pytest.approx(100 * 1.96 * np.sqrt(found.variance / 10_000), rel=1e-3)

    @pytest.mark.parametrize("wrong", [[11], [-1], [7.5]])
    def test_are_refused_on_another_scale(self, wrong: list[float]) -> None:
        with pytest.raises(BadScale, match="from 0 to 10"):
            promoters(wrong)

    def test_are_refused_of_nobody(self) -> None:
        with pytest.raises(NoAnswers, match="Nobody answered"):
            promoters([NAN])


class TestServqual:
    def test_has_five_dimensions_of_four_five_four_four_and_five_items(self) -> None:
        assert list(DIMENSIONS.values()) == [4, 5, 4, 4, 5]

    def test_is_perception_less_expectation_weighed_by_importance(self) -> None:
        seen = np.repeat([[5, 4, 6, 3, 7]], 3, axis=0).repeat(list(DIMENSIONS.values()), axis=1)
        wanted = np.full((3, 22), 6)
        found = servqual(seen, wanted, importance=[40, 30, 10, 10, 10])
        assert [one.value for one in found.dimensions.values()] == [-1, -2, 0, -3, 1]
        assert found.whole.value == pytest.approx(0.4 * -1 + 0.3 * -2 + 0.1 * (0 - 3 + 1))
        assert servperf(seen).whole.value == pytest.approx(5)

    def test_takes_points_a_person(self) -> None:
        seen = np.array([[7] * 4 + [1] * 18, [1] * 22])
        points = np.array([[100, 0, 0, 0, 0], [0, 100, 0, 0, 0]])
        assert servperf(seen, importance=points).whole.value == pytest.approx((7 + 1) / 2)

    def test_leaves_out_of_a_dimension_who_lacks_an_item_of_it(self) -> None:
        seen = np.full((4, 22), 5.0)
        seen[0, 0] = NAN
        found = servqual(seen, np.full((4, 22), 6.0))
        counts = [one.respondents for one in found.dimensions.values()]
        assert (counts, found.whole.respondents) == ([3, 4, 4, 4, 4], 3)

    @given(st.integers(0, 1000), st.integers(2, 20))
    def test_gap_is_what_was_perceived_less_what_was_expected(self, seed: int, n: int) -> None:
        draw = np.random.default_rng(seed)
        seen, wanted = draw.integers(1, 8, (2, n, 22))
        found, one, other = servqual(seen, wanted), servperf(seen), servperf(wanted)
        for name in DIMENSIONS:
            gap = found.dimensions[name]
            assert gap.value == pytest.approx(one.dimensions[name].value - other.dimensions[name].value)
            assert -6 <= gap.low <= gap.value <= gap.high <= 6

    def test_is_refused_with_other_items_people_or_points(self) -> None:
        with pytest.raises(BadScale, match="20 items: the five dimensions have 4, 5, 4, 4, 5, 22 together"):
            servperf(np.full((3, 20), 5))
        with pytest.raises(BadScale, match="of the same people"):
            servqual(np.full((3, 22), 5), np.full((4, 22), 5))
        with pytest.raises(BadWeights, match="points of the five dimensions"):
            servperf(np.full((3, 22), 5), importance=[1, 1, 1])


class TestShares:
    def test_of_the_satisfied_are_of_the_two_highest_answers(self) -> None:
        assert csat([1, 2, 3, 4, 5, NAN], of=5).value == pytest.approx(40)
        assert csat([5, 6, 7, 1], of=7).value == pytest.approx(50)
        with pytest.raises(BadScale, match="1 to 10"):
            csat([9], of=10)
        with pytest.raises(NoAnswers):
            csat([NAN], of=5)

    def test_interval_holds_the_truth_as_often_as_it_says(self) -> None:
        share = coverage(lambda draw: csat(np.where(draw.random(40) < 0.7, 5, 2), of=5), 70)
        assert 0.92 <= share <= 0.98


class TestPlaces:
    def test_on_scales_of_their_own_count_a_person_once(self) -> None:
        found = on_scale([[7, 10], [1, NAN], [4, 5.5]], low=[1, 1], high=[7, 10])
        assert (found.value, found.respondents) == (pytest.approx(50), 3)

    def test_of_people_who_all_agree_leave_room_for_others(self) -> None:
        few, many = (mean_of(np.full(n, 100.0), low=0, high=100) for n in (5, 500))
        assert few.low == pytest.approx(100 * 0.05 ** (1 / 5))
        assert few.low < many.low < many.high == 100

    def test_are_refused_outside_of_their_scale(self) -> None:
        with pytest.raises(BadScale, match="outside"):
            on_scale([[8], [1]], low=1, high=7)
        with pytest.raises(NoAnswers, match="takes two people"):
            on_scale([[5]], low=1, high=7)
