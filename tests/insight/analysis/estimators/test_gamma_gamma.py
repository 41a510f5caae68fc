"""The published figures of Gamma-Gamma, and what must hold for any spends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from dangol.insight.analysis.estimators import BadSummary, GammaGamma, NoFiniteMean, NotConverged, NotFitted
from dangol.insight.analysis.estimators.gamma_gamma import GammaGammaLikelihood
from dangol.insight.analysis.estimators.summary import spend_summary

from .conftest import Cdnow

PUBLISHED = {"p": 6.25, "q": 3.74, "v": 15.44}
parameters = st.fixed_dictionaries({"p": st.floats(0.01, 1e3), "q": st.floats(1.01, 1e3), "v": st.floats(1e-2, 1e6)})


def spends(n: int = 3000, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Customers drawn from the story that the estimator tells: p 5, q 4, v 30,000 won."""
    draw = np.random.default_rng(seed)
    x = 1.0 + draw.poisson(2.0, n)
    return x, draw.gamma(5 * x, 1 / x) / draw.gamma(4.0, 1 / 30_000, n)


class TestPublishedFigures:
    def test_of_cdnow_are_found_by_the_fit(self, cdnow: Cdnow) -> None:
        again = cdnow.x > 0
        fitted = GammaGamma().fit(cdnow.x[again], cdnow.mean_spend[again])
        assert fitted.n_customers_ == 946
        assert fitted.params_["p"] == pytest.approx(6.25, abs=0.005)
        assert fitted.params_["q"] == pytest.approx(3.74, abs=0.005)
        assert fitted.params_["v"] == pytest.approx(15.44, abs=0.01)
        assert fitted.loglik_ == pytest.approx(-4055.918, abs=5e-3)


class TestLikelihood:
    @settings(max_examples=25)
    @given(st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3))
    def test_has_the_slopes_and_the_curvature_it_claims(self, point: list[float]) -> None:
        likelihood, at = GammaGammaLikelihood(spend_summary([1, 2, 9], [0.5, 1.0, 3.0], [2, 1, 3])), np.array(point)
        _, gradient, hessian = likelihood(at)
        assert gradient == pytest.approx(approx_fprime(at, lambda p: likelihood(p)[0], 1e-7), abs=1e-4, rel=1e-4)
        bends = np.array([approx_fprime(at, lambda p, i=i: likelihood(p)[1][i], 1e-7) for i in range(3)])
        assert hessian == pytest.approx(bends, abs=1e-4, rel=1e-4)


class TestFit:
    def test_is_the_same_in_won_as_in_thousands(self) -> None:
        x, mean = spends()
        won, thousands = GammaGamma().fit(x, mean), GammaGamma().fit(x, mean / 1000)
        assert won.params_ == pytest.approx(thousands.params_ | {"v": 1000 * thousands.params_["v"]}, rel=1e-6)
        assert won.loglik_ == pytest.approx(thousands.loglik_ - len(x) * np.log(1000), rel=1e-10)

    def test_takes_weights_for_repetition(self) -> None:
        x, mean = spends()
        times = np.random.default_rng(2).integers(0, 4, len(x))
        weighted = GammaGamma().fit(x, mean, weights=times)
        repeated = GammaGamma().fit(np.repeat(x, times), np.repeat(mean, times))
        assert weighted.params_ == pytest.approx(repeated.params_, rel=1e-6)
        assert weighted.loglik_ == pytest.approx(repeated.loglik_, rel=1e-12)

    def test_shows_intervals_that_hold_the_truth(self) -> None:
        shown = {row.name: row for row in GammaGamma().fit(*spends(20_000)).summary()}
        for name, truth in {"p": 5.0, "q": 4.0, "v": 30_000.0}.items():
            # four standard errors on the logarithm: twice the 95 % interval
            assert shown[name].ci_low ** 2 / shown[name].value < truth < shown[name].ci_high ** 2 / shown[name].value

    def test_is_the_same_after_a_journey_through_a_file(self, tmp_path: Path) -> None:
        x, mean = spends()
        fitted = GammaGamma(penalty=0.1).fit(x, mean)
        fitted.save(tmp_path / "fit.json")
        loaded = GammaGamma.load(tmp_path / "fit.json")
        assert loaded.penalty == 0.1
        assert loaded.summary() == fitted.summary()
        assert (loaded.expected_spend(x, mean) == fitted.expected_spend(x, mean)).all()

    def test_refuses_to_give_numbers_when_all_spend_the_same(self) -> None:
        with pytest.raises(NotConverged, match=r"p grows without end.*the plain mean is the answer"):
            GammaGamma().fit(np.full(100, 3.0), np.full(100, 20_000.0))

    def test_is_saved_by_a_mild_penalty_where_customers_do_not_differ(self) -> None:
        draw = np.random.default_rng(8)
        x = 1.0 + draw.poisson(5.0, 200)
        mean = draw.gamma(5 * x, 4000 / x)
        with pytest.raises(NotConverged, match=r"q grows without end.*penalty=0\.1"):
            GammaGamma().fit(x, mean)
        saved = GammaGamma(penalty=0.1).fit(x, mean)
        assert saved.expected_spend(0, 0) == pytest.approx(20_000, rel=0.05)
        assert saved.expected_spend(x, mean).std() < 0.4 * mean.std()

    @pytest.mark.parametrize(
        ("x", "mean", "reason"),
        [
            (0, 0, "no purchase"),
            (2, 0, "0 or less"),
            (2, -5, "0 or less"),
            (2, float("nan"), "mean_spend is missing"),
            (2.5, 10, "whole number"),
            (-2, 10, "x is negative"),
        ],
    )
    def test_names_what_is_wrong(self, x: float, mean: float, reason: str) -> None:
        with pytest.raises(BadSummary, match=reason):
            GammaGamma().fit(np.append(np.full(30, 2.0), x), np.append(np.full(30, 9.0), mean))

    def test_meets_too_few_customers(self) -> None:
        with pytest.raises(BadSummary, match="Only 2 customers"):
            GammaGamma().fit([2, 3], [10, 20])


class TestExpectedSpend:
    @given(parameters, st.integers(1, 10_000), st.floats(1e-2, 1e8))
    def test_lies_between_the_customers_own_mean_and_that_of_all(
        self, params: dict[str, float], x: int, mean: float
    ) -> None:
        estimator = GammaGamma.from_params(params)
        everybody = estimator.expected_spend(0, 0.0)[0]
        expected = estimator.expected_spend(x, mean)[0]
        assert min(mean, everybody) * (1 - 1e-9) <= expected <= max(mean, everybody) * (1 + 1e-9)

    def test_of_a_stranger_is_the_mean_of_all(self) -> None:
        estimator = GammaGamma.from_params(PUBLISHED)
        assert estimator.expected_spend([0, 0], [0.0, np.nan]) == pytest.approx(6.25 * 15.44 / 2.74)

    def test_refuses_an_infinite_mean(self) -> None:
        wild = GammaGamma.from_params({"p": 2.0, "q": 0.9, "v": 10.0})
        with pytest.raises(NoFiniteMean, match="1 customers is infinite"):
            wild.expected_spend([0, 3], [0, 10])

    def test_needs_a_fit(self) -> None:
        with pytest.raises(NotFitted):
            GammaGamma().expected_spend(1, 1)


class TestInterval:
    @given(parameters, st.integers(0, 10_000), st.floats(1e-2, 1e8))
    def test_is_ordered_and_finite(self, params: dict[str, float], x: int, mean: float) -> None:
        assume(params["p"] * x + params["q"] > 1.01)
        low, high = GammaGamma.from_params(params).expected_spend_interval(x, mean)
        assert 0 < low[0] < high[0] < np.inf

    def test_holds_19_of_20_true_means(self) -> None:
        draw = np.random.default_rng(5)
        x = 1.0 + draw.poisson(2.0, 40_000)
        rate = draw.gamma(4.0, 1 / 30_000, len(x))
        low, high = GammaGamma.from_params({"p": 5.0, "q": 4.0, "v": 30_000.0}).expected_spend_interval(
            x, draw.gamma(5 * x, 1 / x) / rate
        )
        assert ((low <= 5 / rate) & (5 / rate <= high)).mean() == pytest.approx(0.95, abs=0.005)
