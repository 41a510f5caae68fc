"""How far expectations came true is told right, also of those who were not observed to the end."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.survival import BadContracts, BeyondSeen, brier_of, calibration_of, concordance_of


def drawn(n: int = 20_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True chance of lasting 10 months, months, whether ended; some are observed for less than 10."""
    draw = np.random.default_rng(2)
    leaves = draw.uniform(0.01, 0.2, n)
    lasts, seen = draw.geometric(leaves), draw.integers(2, 30, n)
    return (1 - leaves) ** 10, np.minimum(lasts, seen) * 1.0, (lasts <= seen) * 1.0


class TestCalibration:
    def test_finds_no_fault_with_the_truth_and_finds_it_with_an_error(self) -> None:
        true, months, ended = drawn()
        fair = calibration_of(true, months, ended, after=10)
        assert sum(group.customers for group in fair) == len(true)
        assert [group.expected for group in fair] == sorted(group.expected for group in fair)
        assert max(abs(group.error) for group in fair) < 0.05
        assert sum(group.low <= group.expected <= group.high for group in fair) >= 8
        fond = calibration_of(np.sqrt(true), months, ended, after=10)
        assert fond[2].error > 0.15

    def test_refuses_what_cannot_be_compared(self) -> None:
        true, months, ended = drawn(100)
        with pytest.raises(BadContracts, match="one chance between 0 and 1"):
            calibration_of(true + 1, months, ended, after=10)
        with pytest.raises(BadContracts, match="200 groups of 100"):
            calibration_of(true, months, ended, after=10, groups=200)
        for after in ([], [1, 2], "late"):
            with pytest.raises(BadContracts, match="after is"):
                calibration_of(true, months, ended, after=after)  # type: ignore[arg-type]
        with pytest.raises(BeyondSeen, match="99 months"):
            calibration_of(true, months, np.zeros(100), after=99)


class TestBrier:
    def test_is_the_plain_one_where_all_were_observed(self) -> None:
        parts = brier_of([0.9, 0.2, 0.5], [6, 2, 6], [0, 1, 0], after=6)
        assert parts == pytest.approx([0.01, 0.04, 0.25])

    def test_is_the_same_of_contracts_that_were_lost_sight_of(self) -> None:
        true, months, ended = drawn(60_000)
        left = np.random.default_rng(5).random(len(true)) > true
        expected = np.where(left, true**2, (1 - true) ** 2).mean()
        assert brier_of(true, months, ended, after=10).mean() == pytest.approx(expected, abs=0.004)
        assert brier_of(np.sqrt(true), months, ended, after=10).mean() > expected + 0.02

    def test_refuses_what_is_no_chance(self) -> None:
        with pytest.raises(BadContracts, match="one chance between 0 and 1"):
            brier_of([1.5], [3], [1], after=2)


class TestConcordance:
    def test_is_the_part_of_pairs_told_right(self) -> None:
        assert concordance_of([1, 2, 3], [1, 2, 3], [1, 1, 0]) == 1
        assert concordance_of([3, 2, 1], [1, 2, 3], [1, 1, 0]) == 0
        assert concordance_of([1, 1, 1], [1, 2, 3], [1, 1, 0]) == 0.5

    def test_refuses_where_nobody_is_known_to_have_left_first(self) -> None:
        with pytest.raises(BadContracts, match="no two customers"):
            concordance_of([1, 2], [3, 3], [0, 0])
        with pytest.raises(BadContracts, match="one number for each"):
            concordance_of([1], [3, 3], [0, 1])
