"""GGom/NBD: the published figure on its boundary, and lifetimes that do age."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from dangol.insight.analysis.estimators import BadSummary, GammaGompertzNBD, ParetoNBD
from dangol.insight.analysis.estimators.gompertz_tails import Lifetime, log_tails
from dangol.insight.analysis.estimators.maximise import Objective
from dangol.insight.analysis.estimators.summary import Array

from .conftest import Cdnow
from .test_family import drawn

TRUE = {"r": 1.2, "alpha": 6.0, "b": 0.12, "s": 0.9, "beta": 8.0}


def ageing(n: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x, t_x, T, age at leaving: drawn from the story of the model, in weeks."""
    draw = np.random.default_rng(seed)
    rate, eta = draw.gamma(TRUE["r"], 1 / TRUE["alpha"], n), draw.gamma(TRUE["s"], 1 / TRUE["beta"], n)
    leaves = np.log1p(draw.exponential(1, n) / eta) / TRUE["b"]
    T = draw.integers(20, 60, n).astype(np.float64)
    seen = np.minimum(T, leaves)
    x = draw.poisson(rate * seen).astype(np.float64)
    t_x = np.where(x > 0, seen * draw.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    return x, np.ceil(t_x * 7) / 7 * (x > 0), np.maximum(T, np.ceil(t_x * 7) / 7), leaves


class TestPublishedFigures:
    def test_of_cdnow_lie_on_the_boundary(self, cdnow: Cdnow) -> None:
        columns = cdnow.x, cdnow.t_x, cdnow.T
        fitted, plain = GammaGompertzNBD().fit(*columns), ParetoNBD().fit(*columns)
        assert fitted.converged_
        assert fitted.boundary_ == ("b",)
        assert fitted.loglik_ == pytest.approx(-9594.98, abs=0.005)
        expected = fitted.predict(39, *columns)
        assert expected.sum() == pytest.approx(1665.5, abs=0.05)
        assert np.abs(expected - cdnow.later).mean() == pytest.approx(0.7545, abs=5e-5)
        # what it says is what the simpler model says
        assert expected == pytest.approx(plain.predict(39, *columns), rel=1e-5)
        assert fitted.p_alive(*columns) == pytest.approx(plain.p_alive(*columns), rel=1e-5)
        assert fitted.params_["beta"] / fitted.params_["b"] == pytest.approx(plain.params_["beta"])
        shown = {row.name: row for row in fitted.summary()}
        assert shown["b"].standard_error is None
        assert shown["s"].standard_error == pytest.approx(plain.standard_errors_["s"])


class TestFit:
    def test_finds_lifetimes_that_age(self) -> None:
        x, t_x, T, _ = ageing(2500)
        fitted = GammaGompertzNBD().fit(x, t_x, T)
        assert fitted.boundary_ == ()
        for row in fitted.summary():
            # four standard errors on the logarithm: twice the 95 % interval
            assert row.ci_low and row.ci_high
            assert row.ci_low**2 / row.value < TRUE[row.name] < row.ci_high**2 / row.value

    @pytest.mark.parametrize("penalty", [0.0, 0.1])
    def test_does_not_stay_below_the_boundary(self, penalty: float) -> None:
        columns = drawn(300)[:3]
        lost, plain = LostClimber(penalty=penalty).fit(*columns), ParetoNBD(penalty=penalty).fit(*columns)
        if penalty:  # which draws b to the data's own scale: then the boundary is no place to be
            assert lost.boundary_ == ()
            return
        assert lost.boundary_ == ("b",)
        assert lost.loglik_ == plain.loglik_
        assert lost.predict(9, *columns) == pytest.approx(plain.predict(9, *columns), rel=1e-5)

    @pytest.mark.filterwarnings("error")
    def test_refuses_customers_who_count_for_nothing(self) -> None:
        with pytest.raises(BadSummary, match="Only 0 customers"):
            GammaGompertzNBD().fit(*ageing(50)[:3], weights=np.zeros(50))


class LostClimber(GammaGompertzNBD):
    """Takes a place on the slope for the top, lower than where the Pareto/NBD stands."""

    def _climb(self, objective: Objective, starts: list[Array], names: tuple[str, ...]) -> tuple[Array, Array, float]:
        self.trace_ = ()
        return starts[0], np.eye(5), objective(starts[0])[0]


class TestPrediction:
    def test_agrees_with_a_simulation(self) -> None:
        x, t_x, T, leaves = ageing(20_000)
        estimator = GammaGompertzNBD.from_params(TRUE)
        chance = estimator.p_alive(x, t_x, T)
        for some in (x == 0, x > 10, T - t_x > 10, chance > 0.5):
            assert (leaves > T)[some].mean() == pytest.approx(chance[some].mean(), abs=2.5 / np.sqrt(some.sum()))
        random, n = np.random.default_rng(2), 400_000
        rate, eta = random.gamma(1.2, 1 / 6.0, n), random.gamma(0.9, 1 / 8.0, n)
        bought = random.poisson(rate * np.minimum(40.0, np.log1p(random.exponential(1, n) / eta) / 0.12))
        assert bought.mean() == pytest.approx(estimator.expected_purchases(40)[0], rel=0.01)
        assert (bought == 3).mean() == pytest.approx(estimator.pmf(3, 40)[0], abs=0.002)

    def test_becomes_that_of_pareto_without_ageing(self) -> None:
        plain = ParetoNBD.from_params({"r": 0.6, "alpha": 10.0, "s": 0.6, "beta": 12.0})
        young = GammaGompertzNBD.from_params({"r": 0.6, "alpha": 10.0, "b": 1e-9, "s": 0.6, "beta": 12e-9})
        some = np.array([0.0, 2, 30]), np.array([0.0, 20, 30]), 39.0
        assert young.p_alive(*some) == pytest.approx(plain.p_alive(*some), rel=1e-6)
        assert young.predict(52, *some) == pytest.approx(plain.predict(52, *some), rel=1e-6)
        assert young.chance_of_purchase(52, *some) == pytest.approx(plain.chance_of_purchase(52, *some), rel=1e-6)
        assert young.pmf(range(5), 30) == pytest.approx(plain.pmf(range(5), 30), rel=1e-6)

    @settings(max_examples=30)
    @given(
        st.sampled_from([0.0, 1.0, 5.0, 221.0]),
        st.lists(st.floats(-1.5, 1.2), min_size=2, max_size=2),
        st.lists(st.floats(-2.5, 2.5), min_size=2, max_size=2),
        st.floats(-3.5, 0.5),
        st.floats(0.0, 100.0),
        st.booleans(),
    )
    def test_of_integrals_agree_with_adaptive_quadrature(
        self, x: float, shapes: list[float], scales: list[float], b: float, t: float, leaving: bool
    ) -> None:
        (r, s), (alpha, beta) = 10.0 ** np.array(shapes), 10.0 ** np.array(scales)
        life, p = Lifetime(10**b, s, beta), r + x + (not leaving)

        def exponent(u: float) -> float:
            lost = (s + leaving) * float(life.exposure(np.array(u)))
            return -p * np.log1p(u / alpha) - lost + leaving * life.b * u

        def integrand(v: float) -> float:
            """At u = t + e^v: smooth, and seen at any scale."""
            return float(np.exp(v + exponent(t + np.exp(v)) - exponent(t)))

        edges = np.arange(-40.0, 160.0, 4.0)
        whole = sum(quad(integrand, edge, edge + 4, epsabs=0, epsrel=1e-11)[0] for edge in edges)
        found = log_tails(np.array([p]), alpha, life, np.array([t]), leaving=leaving)[0]
        assert found == pytest.approx(np.log(whole) + exponent(t), abs=2e-9)
