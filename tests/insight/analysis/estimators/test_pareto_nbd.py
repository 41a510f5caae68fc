"""The published figures of Pareto/NBD, and where its integrals are hard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyp2f1

from dangol.insight.analysis.estimators import NotConverged, ParetoNBD
from dangol.insight.analysis.estimators.lomax_tails import tails
from dangol.insight.analysis.estimators.summary import purchase_summary

from .conftest import Cdnow

# Fader, Hardie and Lee (2005), "Counting your customers the easy way", table 2
PUBLISHED = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
HARD = {"r": 0.5143, "alpha": 2.8845, "s": 0.2856, "beta": 14.1087}


@pytest.fixture(scope="module")
def fitted(cdnow: Cdnow) -> ParetoNBD:
    return ParetoNBD().fit(cdnow.x, cdnow.t_x, cdnow.T)


class TestPublishedFigures:
    def test_of_cdnow_are_found_by_the_fit(self, fitted: ParetoNBD) -> None:
        assert fitted.converged_
        assert fitted.params_ == pytest.approx(PUBLISHED, abs=6e-4)
        assert fitted.loglik_ == pytest.approx(-9594.976, abs=5e-4)

    def test_of_the_holdout_weeks_are_predicted(self, fitted: ParetoNBD, cdnow: Cdnow) -> None:
        expected = fitted.predict(39, cdnow.x, cdnow.t_x, cdnow.T)
        assert expected.sum() == pytest.approx(1665.5, abs=0.05)
        assert np.abs(expected - cdnow.later).mean() == pytest.approx(0.7545, abs=5e-5)

    def test_of_customer_1516_are_met(self, fitted: ParetoNBD) -> None:
        assert fitted.predict(52, 26, 30.857, 31) == pytest.approx(25.456, abs=1e-3)
        assert fitted.p_alive(26, 30.857, 31) == pytest.approx(0.99787, abs=5e-6)

    def test_of_long_silence_are_met(self, fitted: ParetoNBD) -> None:
        # that more purchases foretell fewer: the increasing frequency paradox
        expected = fitted.predict(52, [10, 15, 20, 25], 20, 39)
        assert expected == pytest.approx([0.7062, 0.1442, 0.0225, 0.00309], rel=2e-3)


class TestHardCases:
    def test_of_hundreds_of_purchases_stay_finite(self) -> None:
        hard = ParetoNBD.from_params(HARD)
        assert hard.p_alive(221, 103.42857, 103.57143) == pytest.approx(0.9996, abs=5e-5)
        # a day of silence is nothing for most, and the end for one who bought 130 times a day
        x = np.array([221.0, 2000.0, 100_000.0])
        assert hard.p_alive(x, 103.42857, 103.57143)[2] < 1e-50
        expected = hard.predict(52, x, 103.57143, 103.57143)
        assert np.isfinite(expected).all()
        assert (np.diff(expected) > 0).all()
        _, slopes, bends = hard.likelihood(purchase_summary(x, 103.42857, 103.57143))(np.log(list(HARD.values())))
        assert np.isfinite(slopes).all()
        assert np.isfinite(bends).all()

    @settings(max_examples=30)
    @given(
        st.sampled_from([0.0, 1.0, 2.0, 9.0, 221.0]),
        st.lists(st.floats(-2.0, 1.3), min_size=2, max_size=2),
        st.lists(st.floats(-2.0, 3.0), min_size=2, max_size=2),
        st.floats(0.0, 500.0),
    )
    def test_of_integrals_agree_with_adaptive_quadrature(
        self, x: float, shapes: list[float], scales: list[float], t: float
    ) -> None:
        (r, s), (alpha, beta) = 10.0 ** np.array(shapes), 10.0 ** np.array(scales)
        for p, q in ((r + x + 1, s), (r + x, s + 1)):
            found = tails(p, q, alpha, beta, np.array([t]), moments=False).value[0]

            def integrand(v: float, p: float = p, q: float = q) -> float:
                """At u = t + e^v: smooth, and seen at any scale."""
                u = np.exp(v)
                return float(np.exp(v - p * np.log1p(u / (alpha + t)) - q * np.log1p(u / (beta + t))))

            edges = [-40.0, -10, -5, 0, 2, 4, 6, 8, 10, 15, 20, 40, 100, 300, 700]
            sums = [quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(edges)]
            tail = integrand(700.0) / (p + q - 1)
            whole = np.log(sum(sums) + tail) - p * np.log1p(t / alpha) - q * np.log1p(t / beta)
            assert found == pytest.approx(whole, abs=1e-10)

    def test_of_likelihood_follow_from_the_hypergeometric_form(self) -> None:
        # equations 20 and 21 of the note, at α > β
        r, alpha, s, beta = 0.553, 20.0, 0.606, 11.669
        x, t_x, T = np.array([0.0, 1.0, 4.0]), np.array([0.0, 8.0, 30.0]), 39.0

        def part(t: np.ndarray | float) -> np.ndarray:
            z = (alpha - beta) / (alpha + t)
            return hyp2f1(r + s + x, s + 1, r + s + x + 1, z) / (alpha + t) ** (r + s + x)

        here = (alpha + T) ** -(r + x) * (beta + T) ** -s
        odds = s / (r + s + x) * (part(t_x) - part(T)) / here
        estimator = ParetoNBD.from_params({"r": r, "alpha": alpha, "s": s, "beta": beta})
        assert estimator.p_alive(x, t_x, T) == pytest.approx(1 / (1 + odds), rel=1e-10)

    def test_of_equal_rates_need_no_hypergeometric_function(self) -> None:
        r, both, s, x, t_x, T = 0.9, 10.0, 0.6, 3.0, 12.0, 40.0
        odds = s / (r + s + x) * (((both + T) / (both + t_x)) ** (r + s + x) - 1)
        estimator = ParetoNBD.from_params({"r": r, "alpha": both, "s": s, "beta": both})
        assert estimator.p_alive(x, t_x, T) == pytest.approx(1 / (1 + odds), rel=1e-12)


class TestPrediction:
    @pytest.mark.parametrize("s", [1 - 1e-9, 1.0, 1 + 1e-9])
    def test_passes_smoothly_where_the_closed_form_breaks(self, s: float) -> None:
        near = [ParetoNBD.from_params(PUBLISHED | {"s": one}).predict(39, 2, 30, 39)[0] for one in (s, 0.999, 1.001)]
        assert near[1] > near[0] > near[2]
        assert near[0] == pytest.approx((near[1] + near[2]) / 2, rel=1e-6)

    def test_agrees_with_a_simulation(self) -> None:
        estimator = ParetoNBD.from_params(PUBLISHED)
        random, n, T = np.random.default_rng(3), 400_000, 39.0
        rate, gone = random.gamma(0.553, 1 / 10.578, n), random.exponential(1 / random.gamma(0.606, 1 / 11.669, n))
        x, later = random.poisson(rate * np.minimum(T, gone)), random.poisson(rate * np.clip(gone - T, 0, 20.0))
        assert (x == 0).mean() == pytest.approx(estimator.pmf(0, T)[0], abs=0.003)
        assert (x == 2).mean() == pytest.approx(estimator.pmf(2, T)[0], abs=0.002)
        assert x.mean() == pytest.approx(estimator.expected_purchases(T)[0], rel=0.02)
        quiet = x == 0
        assert later[quiet].mean() == pytest.approx(estimator.predict(20, 0, 0, T)[0], rel=0.1)
        assert (gone[quiet] > T).mean() == pytest.approx(estimator.p_alive(0, 0, T)[0], abs=0.005)


class TestFit:
    def test_refuses_to_give_numbers_when_nobody_ever_leaves(self) -> None:
        x, T = np.random.default_rng(4).poisson(np.random.default_rng(5).gamma(2, 4, 300)) + 1.0, np.full(300, 50.0)
        with pytest.raises(NotConverged, match=r"s falls towards 0|beta grows without end") as refused:
            ParetoNBD().fit(x, T, T)
        assert "penalty=0.1" in str(refused.value)
        assert refused.value.trace
        assert ParetoNBD(penalty=0.1).fit(x, T, T).p_alive(x, T, T).min() > 0.9
