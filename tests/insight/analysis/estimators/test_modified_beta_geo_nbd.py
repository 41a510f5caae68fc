"""The figures of MBG/NBD, and how one-time buyers fade in it."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.estimators import BetaGeoNBD, ModifiedBetaGeoNBD

from .conftest import Cdnow

FOUND = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}


class TestFigures:
    def test_of_cdnow_are_met(self, cdnow: Cdnow) -> None:
        fitted = ModifiedBetaGeoNBD().fit(cdnow.x, cdnow.t_x, cdnow.T)
        assert fitted.params_ == pytest.approx(FOUND, abs=5e-4)
        assert fitted.loglik_ == pytest.approx(-9582.136, abs=5e-4)
        expected = fitted.predict(39, cdnow.x, cdnow.t_x, cdnow.T)
        assert expected.sum() == pytest.approx(1576.7, abs=0.05)
        assert np.abs(expected - cdnow.later).mean() == pytest.approx(0.7648, abs=5e-5)


class TestOneTimeBuyers:
    def test_fade_with_silence_where_the_plain_model_keeps_them_for_ever(self) -> None:
        ages = np.array([0.0, 10, 40, 200])
        chances = ModifiedBetaGeoNBD.from_params(FOUND).p_alive(0, 0, ages)
        # equation of Batislam and others (2007) at x = 0
        assert chances == pytest.approx(1 / (1 + 0.891 / 1.614 * ((6.183 + ages) / 6.183) ** 0.525))
        assert chances[0] == pytest.approx(1.614 / (0.891 + 1.614))
        assert (BetaGeoNBD.from_params(FOUND).p_alive(0, 0, ages) == 1).all()

    def test_agree_with_a_simulation(self) -> None:
        estimator = ModifiedBetaGeoNBD.from_params(FOUND)
        random, n, T = np.random.default_rng(3), 200_000, 39.0
        rate, leaves = random.gamma(0.525, 1 / 6.183, n), random.beta(0.891, 1.614, n)
        # purchases until leaving, the first one included
        stays = random.geometric(leaves) - 1
        x = np.minimum(random.poisson(rate * T), stays)
        assert x.mean() == pytest.approx(estimator.expected_purchases(T)[0], rel=0.02)
        for count in (0, 1, 3):
            assert (x == count).mean() == pytest.approx(estimator.pmf(count, T)[0], abs=0.003)
