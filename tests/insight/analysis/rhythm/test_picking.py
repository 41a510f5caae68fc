"""Which model is taken: the smallest error, and among equals the likeliest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.rhythm.judging import Candidate, Judged, errors
from dangol.insight.analysis.rhythm.picking import interval_of_mean, pick

HELD = np.random.default_rng(0).poisson(3.0, 2000).astype(np.float64)
NOISE = np.random.default_rng(1).normal(0, 1, 2000)


def tried(name: str, predicted: np.ndarray, aic: float | None) -> Judged:
    return Judged(Candidate(name, name, aic=aic, errors=errors(predicted, HELD)), None, predicted)


class TestPick:
    def test_takes_the_smallest_error_where_it_is_clear(self) -> None:
        choice = pick([tried("far", HELD + 3 * NOISE, 1), tried("near", HELD + NOISE, 9)], HELD, HELD + 9)
        assert choice and (choice.name, choice.reason, choice.tied) == ("near", "clear", ())

    def test_takes_the_likeliest_of_those_as_good(self) -> None:
        same = [tried("a", HELD + NOISE, 7), tried("b", HELD - NOISE, 5), tried("c", HELD + NOISE[::-1], 6)]
        choice = pick(same, HELD, HELD + 9)
        assert choice and (choice.name, choice.reason, set(choice.tied)) == ("b", "likeliest", {"a", "c"})

    def test_takes_a_model_that_tells_more_where_counts_alone_are_as_good(self) -> None:
        choice = pick([tried("counts", HELD + NOISE, None), tried("times", HELD - NOISE, 5)], HELD, HELD + 9)
        assert choice and choice.name == "times"

    def test_takes_the_only_one_that_has_a_fit(self) -> None:
        none = Judged(Candidate("none", "none", problem="no maximum"))
        choice = pick([none, tried("a", HELD + NOISE, 5)], HELD, HELD + 9)
        assert choice and (choice.name, choice.reason) == ("a", "only")
        assert pick([none], HELD, HELD) is None

    def test_says_whether_it_beats_the_same_as_before(self) -> None:
        better, worse = (pick([tried("a", HELD + NOISE, 5)], HELD, HELD + by * NOISE[::-1]) for by in (2.0, 1.0))
        assert better and better.beats_naive
        assert worse and not worse.beats_naive

    @given(st.integers(0, 10_000))
    def test_covers_the_truth_of_a_mean(self, seed: int) -> None:
        values = np.random.default_rng(seed).normal(1.0, 2.0, 400)
        low, high = interval_of_mean(values)
        assert high - low == pytest.approx(2 * 1.96 * values.std(ddof=1) / 20, rel=1e-3)
        assert low < values.mean() < high
