"""Probabilities are probabilities, and silence is no way to look better than one is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.voices.certainty import Calibration, calibrated, calibration_error, trades

margins = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(-1e6, 1e6))


class TestProbabilities:
    @given(margins, st.floats(0, 1e3), st.floats(-50, 50), st.floats(0.1, 10))
    def test_sum_to_one_whatever_the_margins(self, of: np.ndarray, slope: float, offset: float, power: float) -> None:
        told = Calibration(np.array([slope, 1.0, 2.0]), np.array([offset, 0.0, 1.0]), power).probabilities(of)
        assert np.isfinite(told).all() and (told >= 0).all()
        assert told.sum(axis=1) == pytest.approx(1)

    def test_are_sharpened_by_the_power_and_shared_out(self) -> None:
        of = np.array([[0.0, 1.0, -2.0]])
        told = Calibration(np.array([1.0, 2.0, 0.5]), np.array([0.5, -1.0, 0.0]), 2.0).probabilities(of)
        sides = 1 / (1 + np.exp(-np.array([0.5, 1.0, -1.0])))
        assert told[0] == pytest.approx(sides**2 / (sides**2).sum())

    def test_come_true_as_often_as_they_say(self) -> None:
        draw = np.random.default_rng(5)
        margin = draw.normal(size=20_000)
        truth = (draw.random(20_000) < 1 / (1 + np.exp(-3 * margin))).astype(np.int64)
        both = np.stack((-margin, margin), axis=1)
        told = calibrated(both, truth).probabilities(both)
        assert calibration_error(told.max(axis=1), told.argmax(axis=1) == truth) < 0.02

    def test_never_fall_when_a_margin_rises(self) -> None:
        draw = np.random.default_rng(6)
        learned = calibrated(draw.normal(size=(200, 3)), draw.integers(0, 3, 200))
        rising = np.stack((np.linspace(-3, 3, 50), np.zeros(50), np.zeros(50)), axis=1)
        assert (np.diff(learned.probabilities(rising)[:, 0]) >= -1e-12).all()


class TestTrade:
    sure = arrays(np.float64, 40, elements=st.floats(0, 1))
    truth = arrays(np.bool_, 40)

    @settings(max_examples=50)
    @given(sure, truth)
    def test_counts_every_text_whether_answered_or_not(self, certainty: np.ndarray, right: np.ndarray) -> None:
        found = trades(certainty, right)
        assert found[0].coverage == 1 and found[0].accuracy == right.mean()
        for one in found:
            assert one.texts == 40 and one.right <= one.answered <= 40
            assert one.coverage * (one.accuracy or 0) <= right.mean() + 1e-9
        assert [one.answered for one in found] == sorted((one.answered for one in found), reverse=True)

    def test_has_no_accuracy_where_nothing_is_answered(self) -> None:
        found = trades(np.array([0.4]), np.array([True]))[-1]
        assert (found.accuracy, found.coverage, found.interval) == (None, 0.0, (0.0, 1.0))

    def test_has_the_interval_of_wilson(self) -> None:
        assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
