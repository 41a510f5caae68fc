"""Expectations that are read off between a few are those that are worked out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc

from dangol.insight.analysis.estimators import (
    BetaGeoNBD,
    BeyondNumbers,
    DriftingNBD,
    ParetoNBD,
    beta_geo_expectation,
    by_span,
)
from dangol.insight.analysis.estimators.beta_geo_expectation import purchases_while_alive
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.erlang_expectation import purchases_by_beat

from .test_covariates import world
from .test_family import FAMILY, family, params_of

ONE = np.ones(1)


def expected(k: int, shape: float, a: float, b: float, spans: np.ndarray) -> np.ndarray:
    """Of the spans one by one, as many customers with a rate of their own each: by beat; k = 0: the BG/NBD's way."""
    same = np.ones_like(spans)
    with np.errstate(divide="ignore", over="ignore"):
        rate = 1 / spans
    if not k:
        return purchases_while_alive(shape * same, rate, a, b * same, ONE, ONE)[:, None]
    return purchases_by_beat(k, shape * same, rate, a, b * same, ONE, ONE)


class TestSpans:
    @settings(deadline=None, max_examples=30)
    @given(
        st.integers(0, 12), st.floats(-3, 8), st.floats(-3.5, 3), st.floats(-3.5, 3), st.floats(-12, 6)
    )  # fmt: skip
    def test_read_off_are_those_worked_out_to_eleven_digits(
        self, k: int, shape: float, a: float, b: float, begin: float
    ) -> None:
        kind = (float(np.exp(shape)), float(np.exp(a)), float(np.exp(b)))
        spans = np.exp(np.linspace(begin, begin + 3, 200))
        # panels so fine that the quadrature, whose nodes go by the spans asked about, adds no error of its own
        with pytest.MonkeyPatch.context() as finer:
            finer.setattr(beta_geo_expectation, "WIDEST_PANEL", 0.7)
            found = expected(k, *kind, spans)
            few = np.concatenate([expected(k, *kind, spans[place : place + 1]) for place in range(0, 200, 7)])
        assert (np.abs(found[::7] - few) <= 1e-11 * few[:, -1:]).all()

    @pytest.mark.parametrize("k", [2, 3, 6, 12])
    @pytest.mark.parametrize("a", [0.5, 20.0])
    def test_of_a_moment_are_the_chance_of_one_purchase(self, k: int, a: float) -> None:
        """A second one within it is next to impossible, and nobody leaves before the first."""
        spans, beats = np.exp(np.linspace(-12, -11, 50)), np.arange(k)
        found = expected(k, 2981.0, a, 0.5, spans)
        part = (spans / (1 + spans))[:, None]
        once, twice = (betainc(times * k - beats, 2981.0 + beats, part) for times in (1.0, 2.0))
        assert (np.abs(found - once) <= 1e-13 * once[:, -1:] + twice).all()

    @pytest.mark.parametrize("k", [1, 3])
    def test_are_worked_out_once_for_thousands(self, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []
        read_off = by_span._read_off

        def counted(work: by_span.Work, *rest: object) -> np.ndarray:
            def told(kind: tuple[np.ndarray, ...], spans: np.ndarray) -> np.ndarray:
                asked.append(len(spans))
                return work(kind, spans)

            return read_off(told, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(by_span, "_read_off", counted)
        expected(k, 2.5, 0.8, 2.5, np.random.default_rng(1).uniform(0.01, 5.0, 20_000))
        assert sum(asked) < 400

    def test_of_nobody_are_none(self) -> None:
        none = np.empty(0)
        assert purchases_by_beat(3, none, none, 0.8, none, ONE, ONE).shape == (0, 3)

    def test_from_none_to_endless_are_told_apart(self) -> None:
        spans = np.array([0.0, 5e-324, 1e-200, 1e200])
        found = expected(0, 2.0, 0.8, 2.5, spans)[:, 0]
        assert found[0] == 0
        assert (np.diff(found) >= 0).all()


class TestAll:
    @family
    @settings(deadline=None, max_examples=15)
    @given(data=st.data())
    def test_together_expect_what_each_expects(self, model: type[BuyTillYouDie], data: st.DataObject) -> None:
        estimator = params_of(model, data)
        draw = np.random.default_rng(data.draw(st.integers(0, 99)))
        T = draw.integers(1, 60, 80).astype(np.float64)
        x = draw.integers(0, 4, 80).astype(np.float64)
        t_x = np.where(x > 0, np.ceil(draw.random(80) * T), 0.0)
        counts, times = draw.integers(1, 5, 80), [0.0, 7.0, 400.0]
        try:
            each = np.array([estimator.predict(t, x, t_x, T) @ counts for t in times])
        except BeyondNumbers:
            return
        together = estimator.predict_all(times, x, t_x, T, weights=counts)
        assert together == pytest.approx(each, rel=1e-9, abs=1e-12)

    @pytest.mark.parametrize("model", [BetaGeoNBD, ParetoNBD])
    def test_together_are_moved_by_covariates(self, model: type[BuyTillYouDie]) -> None:
        columns, covariates, _ = world(model, 1500)
        fitted = model().fit(*columns, covariates=covariates)
        each = [fitted.predict(t, *columns, covariates=covariates).sum() for t in (3.0, 30.0)]
        assert fitted.predict_all([3.0, 30.0], *columns, covariates=covariates) == pytest.approx(each, rel=1e-9)

    def test_together_expect_what_drifting_rates_say(self) -> None:
        estimator = DriftingNBD.from_params({"r": 0.8, "alpha": 6.0, "half_life": 26.0})
        x, T = np.array([0.0, 1.5, 3.2]), np.array([4.0, 20.0, 30.0])
        each = [estimator.predict(t, x, T).sum() for t in (7.0, 14.0)]
        assert estimator.predict_all([7.0, 14.0], x, T) == pytest.approx(each)

    @family
    def test_of_nobody_buy_nothing(self, model: type[BuyTillYouDie]) -> None:
        assert model.from_params(FAMILY[model]).predict_all([1.0, 2.0], [], [], []).tolist() == [0.0, 0.0]
