"""NBD with drifting rates: recovers what made the data, equals the NBD where nothing fades, refuses what cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from dangol.insight.analysis.estimators import NBD, BadParameters, BadSummary, DriftingNBD, NotAFit, NotFitted
from dangol.insight.analysis.estimators.drifting_nbd import _likelihood
from dangol.lib.errors import DangolError

DAYS = 90.0


def made(size: int = 20_000, *, r: float = 0.8, alpha: float = 12.0, seed: int = 3) -> tuple[np.ndarray, ...]:
    """Make customers whose rate given (x, T) is Gamma(r + x, alpha + T), and what they then bought in DAYS."""
    draw = np.random.default_rng(seed)
    x, T = draw.gamma(1.5, 2.0, size), draw.uniform(5, 40, size)
    n = draw.poisson(draw.gamma(r + x, 1 / (alpha + T)) * DAYS)
    return n.astype(np.float64), x, T


class TestFit:
    def test_finds_the_parameters_that_made_the_data(self) -> None:
        n, x, T = made()
        fit = DriftingNBD(28).fit(n, x, T, t=DAYS)
        for estimate, true in zip(fit.summary(), (0.8, 12.0), strict=True):
            assert estimate.ci_low is not None and estimate.ci_high is not None
            assert estimate.ci_low < true < estimate.ci_high
            assert estimate.ci_high - estimate.ci_low < 0.25 * true

    def test_has_the_likelihood_of_a_negative_binomial(self) -> None:
        n, x, T = made(500)
        fit = DriftingNBD(28).fit(n, x, T, t=DAYS)
        shape, rate = fit.params_["r"] + x, fit.params_["alpha"] + T
        assert fit.loglik_ == pytest.approx(nbinom(shape, rate / (rate + DAYS)).logpmf(n).sum(), rel=1e-12)

    def test_stands_on_a_top(self) -> None:
        n, x, T = made(500)
        fit = DriftingNBD(28).fit(n, x, T, t=DAYS)
        for name in ("r", "alpha"):
            for factor in (0.97, 1.03):
                moved = {**fit.params_, name: fit.params_[name] * factor}
                told = _likelihood(np.array(list(moved.values())), n, x, T, DAYS, np.ones(500))[0]
                assert told < fit.loglik_

    def test_climbs_by_exact_slopes_and_curvature(self) -> None:
        n, x, T = made(200)
        at, step = np.log([0.5, 30.0]), 1e-5

        def told(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            return _likelihood(np.exp(point), n, x, T, DAYS, np.linspace(0.5, 2, 200))

        _, slope, bend = told(at)
        for one in range(2):
            move = step * np.eye(2)[one]
            ahead, back = told(at + move), told(at - move)
            assert slope[one] == pytest.approx((ahead[0] - back[0]) / (2 * step), rel=1e-6)
            np.testing.assert_allclose(bend[one], (ahead[1] - back[1]) / (2 * step), rtol=1e-5)

    def test_takes_weights_for_as_many_customers(self) -> None:
        n, x, T = made(300)
        times = np.arange(300) % 3 + 1
        weighted = DriftingNBD(28).fit(n, x, T, t=DAYS, weights=times)
        told = DriftingNBD(28).fit(*(np.repeat(column, times) for column in (n, x, T)), t=DAYS)
        assert weighted.params_ == pytest.approx(told.params_, rel=1e-6)

    def test_counts_in_any_unit_of_time(self) -> None:
        n, x, T = made(2000)
        days, weeks = DriftingNBD(28).fit(n, x, T, t=DAYS), DriftingNBD(4).fit(n, x, T / 7, t=DAYS / 7)
        assert weeks.params_["alpha"] * 7 == pytest.approx(days.params_["alpha"], rel=1e-6)
        assert weeks.loglik_ == pytest.approx(days.loglik_, rel=1e-9)

    def test_tells_half_lives_apart_by_their_likelihood(self) -> None:
        """Rates that are drawn anew after half of the time: what lies before says little."""
        draw = np.random.default_rng(5)
        size, age = 3000, np.arange(359, -1, -1)
        old, new = (draw.gamma(0.8, 1 / 8, size) for _ in range(2))
        days = np.hstack([draw.poisson(level[:, None], (size, 180)) for level in (old, 0.3 * old + 0.7 * new)])
        n = draw.poisson((0.3 * old + 0.7 * new) * DAYS)
        logliks = []
        for half_life in (60, 5000):
            estimator = DriftingNBD(half_life)
            time = estimator.weighted_time(np.full(size, 360.0))
            logliks.append(estimator.fit(n, days @ np.exp2(-age / half_life), time, t=DAYS).loglik_)
        assert logliks[0] > logliks[1] + 100


class TestPrediction:
    def test_is_that_of_the_nbd_where_nothing_fades(self) -> None:
        x, time = np.array([0.0, 3, 12]), np.array([30.0, 100, 365])
        steady = NBD.from_params({"r": 0.7, "alpha": 20.0})
        drifting = DriftingNBD(1e12)
        drifting.params_ = {"r": 0.7, "alpha": 20.0}
        T = drifting.weighted_time(time)
        np.testing.assert_allclose(T, time, rtol=1e-9)
        np.testing.assert_allclose(drifting.predict(91, x, T), steady.predict(91, x, time * (x > 0), time), rtol=1e-9)
        np.testing.assert_allclose(
            drifting.chance_of_purchase(91, x, T), steady.chance_of_purchase(91, x, time * (x > 0), time), rtol=1e-9
        )

    @given(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e4))
    def test_is_finite_and_grows_with_what_was_bought(self, x: float, T: float, t: float) -> None:
        fit = DriftingNBD(28)
        fit.params_ = {"r": 0.8, "alpha": 12.0}
        less, more = fit.predict(t, [x, x + 1], [T, T])
        assert 0 <= less <= more < np.inf
        (chance,) = fit.chance_of_purchase(t, x, T)
        assert 0 <= chance <= 1


class TestRefusals:
    def test_names_a_row_that_cannot_be(self) -> None:
        n, x, T = made(30)
        for bad in ({"n": -1}, {"n": 0.5}, {"x": -0.1}, {"T": -3}, {"T": np.nan}):
            columns = {"n": n.copy(), "x": x.copy(), "T": T.copy()}
            (name, value), *_ = bad.items()
            columns[name][7] = value
            with pytest.raises(BadSummary, match="row 7"):
                DriftingNBD(28).fit(*columns.values(), t=DAYS)

    def test_wants_a_half_life_and_time_ahead(self) -> None:
        for half_life in (0, -3, float("inf"), float("nan")):
            with pytest.raises(BadParameters, match="half_life"):
                DriftingNBD(half_life)
        with pytest.raises(BadSummary, match="no time"):
            DriftingNBD(28).fit(*made(30), t=0)

    def test_wants_somebody_who_bought_and_enough_customers(self) -> None:
        n, x, T = made(30)
        with pytest.raises(BadSummary):
            DriftingNBD(28).fit(n * 0, x, T, t=DAYS)
        with pytest.raises(BadSummary, match="at least 20"):
            DriftingNBD(28).fit(n[:5], x[:5], T[:5], t=DAYS)

    def test_says_nothing_before_it_has_learned(self) -> None:
        with pytest.raises(NotFitted):
            DriftingNBD(28).predict(1, [1.0], [1.0])

    @given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 1e6), st.floats(0, 1e6)), min_size=20, max_size=40))
    def test_gives_finite_numbers_or_says_why_not(self, rows: list[tuple[int, float, float]]) -> None:
        n, x, T = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
        try:
            fit = DriftingNBD(28).fit(n, x, T, t=DAYS)
        except DangolError:
            return
        assert np.isfinite([fit.loglik_, *fit.params_.values(), *fit.standard_errors_.values()]).all()
        assert np.isfinite(fit.predict(DAYS, x, T)).all()


class TestKeeping:
    def test_comes_back_as_it_was(self, tmp_path: Path) -> None:
        fit = DriftingNBD(28).fit(*made(300), t=DAYS)
        fit.save(tmp_path / "fit.json")
        again = DriftingNBD.load(tmp_path / "fit.json")
        assert (again.params_, again.half_life, again.loglik_) == (fit.params_, 28.0, fit.loglik_)

    def test_is_no_other_estimator(self, tmp_path: Path) -> None:
        DriftingNBD(28).fit(*made(300), t=DAYS).save(tmp_path / "fit.json")
        with pytest.raises(NotAFit):
            NBD.load(tmp_path / "fit.json")
