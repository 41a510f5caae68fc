"""Gaps are counted and stability is measured as they are defined."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.groups.gaps import gap
from dangol.insight.analysis.groups.stability import best_jaccard, stability

type Labels = npt.NDArray[np.intp]


def halves(points: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return points[::2], points[1::2]


class TestGap:
    @pytest.mark.parametrize("shape", ["normal", "uniform", "exponential"])
    def test_one_crowd_has_none_whatever_its_shape(self, shape: str) -> None:
        sure = 0
        for seed in range(60):
            draw = np.random.default_rng(seed)
            points = getattr(draw, shape)(size=(1_000, 2))
            middle = np.median(points[:, 0])
            one, other = (points[side].mean(axis=0) for side in (points[:, 0] < middle, points[:, 0] >= middle))
            sure += gap(*halves(points), one, other).p < 0.05
        assert sure <= 6

    def test_two_crowds_have_one(self) -> None:
        draw = np.random.default_rng(0)
        points = np.concatenate([draw.normal(0, 1, (500, 2)), draw.normal(5, 1, (500, 2))])
        points = points[draw.permutation(1_000)]
        found = gap(*halves(points), np.zeros(2), np.full(2, 5.0))
        assert found.p < 1e-6
        assert found.left < 0.2

    def test_too_few_to_tell_are_one_crowd(self) -> None:
        points = np.array([[0.0], [0.1], [9.0], [9.1]])
        assert gap(points, points, np.zeros(1), np.full(1, 9.0)).p == 1.0


class TestStability:
    @given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.permutations(range(4)))
    def test_a_division_is_like_itself_however_its_groups_are_numbered(
        self, told: list[int], turned: list[int]
    ) -> None:
        labels = np.array(told, np.intp)
        again = np.array(turned, np.intp)[labels]
        shares = best_jaccard(labels, again, 4)
        assert all(shares[number] == 1.0 for number in set(told))
        assert all(shares[number] == 0.0 for number in set(range(4)) - set(told))

    def test_a_group_that_lost_half_of_its_members_is_half_there(self) -> None:
        labels, again = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1, 1])
        assert best_jaccard(labels, again, 2).tolist() == [0.5, 0.5]

    def test_groups_drawn_by_lot_are_not_found_again(self) -> None:
        draw = np.random.default_rng(0)
        points = draw.normal(size=(400, 2))

        def lot(some: npt.NDArray[np.float64], seed: int) -> Labels:
            return np.random.default_rng(seed).integers(0, 4, len(some)).astype(np.intp)

        assert stability(points, lot(points, 0), lot, seed=1).max() < 0.5

    def test_a_fixed_line_is_always_found_again(self) -> None:
        points = np.random.default_rng(0).normal(size=(400, 2))

        def line(some: npt.NDArray[np.float64], _seed: int) -> Labels:
            return (some[:, 0] > 0).astype(np.intp)

        assert stability(points, line(points, 0), line, seed=1).tolist() == [1.0, 1.0]
