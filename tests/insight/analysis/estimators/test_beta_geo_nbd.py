"""The published figures of BG/NBD, and what must hold for any customers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1

from dangol.insight.analysis.estimators import (
    BadHorizon,
    BadParameters,
    BadSummary,
    BetaGeoNBD,
    NotConverged,
    NotFitted,
)
from dangol.insight.analysis.estimators.summary import purchase_summary

from .conftest import Cdnow

# Fader, Hardie and Lee (2005), table 2
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
YEARLY = {"horizon": 156.0, "step": 13 / 3, "discount": 0.1, "year": 52.0}

parameters = st.fixed_dictionaries(
    {name: st.floats(-4.0, 4.0).map(lambda power: 10.0**power) for name in ("r", "alpha", "a", "b")}
)


@st.composite
def customers(draw: st.DrawFn, most: float = 1e4) -> tuple[float, float, float]:
    """x, t_x, T of one possible customer."""
    T = draw(st.floats(1e-3, most))
    x = draw(st.integers(0, 2000))
    t_x = draw(st.floats(1e-6, 1.0)) * T if x else 0.0
    return float(x), t_x, T


@pytest.fixture(scope="session")
def fitted(cdnow: Cdnow) -> BetaGeoNBD:
    return BetaGeoNBD().fit(cdnow.x, cdnow.t_x, cdnow.T)


def bought(n: int = 400, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers drawn from the story that the estimator tells, in weeks."""
    draw = np.random.default_rng(seed)
    x, t_x, T = np.zeros(n), np.zeros(n), draw.integers(30, 80, n).astype(np.float64)
    rate, chance = draw.gamma(0.8, 1 / 6.0, n), draw.beta(0.8, 2.5, n)
    now, here = np.zeros(n), np.ones(n, dtype=np.bool_)
    while here.any():
        now[here] += draw.exponential(1 / rate[here])
        here &= now <= T
        x[here] += 1
        t_x[here] = now[here]
        here &= draw.random(n) >= chance
    return x, t_x, T


class TestPublishedFigures:
    def test_of_cdnow_are_found_by_the_fit(self, fitted: BetaGeoNBD) -> None:
        assert fitted.converged_
        assert fitted.params_ == pytest.approx(PUBLISHED, abs=6e-4)
        assert fitted.loglik_ == pytest.approx(-9582.43, abs=0.005)

    def test_of_the_holdout_weeks_are_predicted(self, fitted: BetaGeoNBD, cdnow: Cdnow) -> None:
        assert cdnow.later.sum() == 1882
        expected = fitted.predict(39, cdnow.x, cdnow.t_x, cdnow.T)
        assert expected.sum() == pytest.approx(1653.4, abs=0.05)
        assert np.abs(expected - cdnow.later).mean() == pytest.approx(0.7855, abs=5e-5)

    def test_of_customer_1516_are_met(self, fitted: BetaGeoNBD) -> None:
        assert fitted.predict(52, 26, 30.857, 31) == pytest.approx(25.757, abs=1e-3)
        assert fitted.p_alive(26, 30.857, 31) == pytest.approx(0.96885, abs=5e-6)

    def test_of_hardies_spreadsheet_are_met(self) -> None:
        hardie = BetaGeoNBD.from_params(PUBLISHED)
        assert hardie.predict(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)

    def test_of_a_new_customer_are_met(self, fitted: BetaGeoNBD) -> None:
        expected = fitted.expected_purchases([0.1429, 1, 3, 31.857, 32, 78])
        assert expected == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=1e-3)

    def test_of_long_silence_are_met(self, fitted: BetaGeoNBD) -> None:
        expected = fitted.predict(52, [10, 15, 20, 25], 20, 39)
        assert expected == pytest.approx([0.3475, 0.0428, 0.00416, 0.000358], rel=2e-3)

    def test_follow_from_the_closed_form(self, fitted: BetaGeoNBD, cdnow: Cdnow) -> None:
        r, alpha, a, b = fitted.params_.values()
        x, T = cdnow.x, cdnow.T
        for t in (1.0, 39.0, 520.0):
            series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
            closed = (a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * series)
            expected = fitted.predict(t, x, cdnow.t_x, T)
            assert expected == pytest.approx(closed * fitted.p_alive(x, cdnow.t_x, T), rel=1e-9)


class TestLikelihood:
    @settings(max_examples=25)
    @given(st.lists(st.floats(-2.0, 2.0), min_size=4, max_size=4))
    def test_has_the_slopes_and_the_curvature_it_claims(self, point: list[float]) -> None:
        likelihood = BetaGeoNBD().likelihood(
            purchase_summary([0, 1, 2, 9, 0], [0, 1, 3, 4, 0], [2, 3, 3, 6, 5], [3, 1, 2, 1, 4])
        )
        _, gradient, hessian = likelihood(np.array(point))
        assert gradient == pytest.approx(
            approx_fprime(np.array(point), lambda p: likelihood(p)[0], 1e-7), abs=1e-4, rel=1e-4
        )
        bends = np.array([approx_fprime(np.array(point), lambda p, i=i: likelihood(p)[1][i], 1e-7) for i in range(4)])
        assert hessian == pytest.approx(bends, abs=1e-4, rel=1e-4)

    def test_is_that_of_purchase_times(self) -> None:
        # x = 0: only the waiting is seen, (α/(α+T))^r
        value = BetaGeoNBD().likelihood(purchase_summary([0.0], [0.0], [6.0]))(np.log([0.5, 2.0, 1.0, 1.0]))[0]
        assert value == pytest.approx(0.5 * np.log(2 / 8))


class TestFit:
    def test_is_the_same_in_days_as_in_weeks(self) -> None:
        x, t_x, T = bought()
        weeks, days = BetaGeoNBD().fit(x, t_x, T), BetaGeoNBD().fit(x, 7 * t_x, 7 * T)
        assert days.params_ == pytest.approx(weeks.params_ | {"alpha": 7 * weeks.params_["alpha"]}, rel=1e-6)
        assert days.loglik_ == pytest.approx(weeks.loglik_ - x.sum() * np.log(7), rel=1e-10)
        assert days.predict(70, x, 7 * t_x, 7 * T) == pytest.approx(weeks.predict(10, x, t_x, T), rel=1e-6)

    @pytest.mark.parametrize("penalty", [0.0, 0.5])
    def test_takes_weights_for_repetition(self, penalty: float) -> None:
        x, t_x, T = bought()
        times = np.random.default_rng(2).integers(0, 4, len(x))
        weighted = BetaGeoNBD(penalty=penalty).fit(x, t_x, T, weights=times)
        repeated = BetaGeoNBD(penalty=penalty).fit(*(np.repeat(column, times) for column in (x, t_x, T)))
        assert weighted.params_ == pytest.approx(repeated.params_, rel=1e-6)
        assert weighted.loglik_ == pytest.approx(repeated.loglik_, rel=1e-12)
        assert weighted.standard_errors_ == pytest.approx(repeated.standard_errors_, rel=1e-6)
        assert weighted.n_customers_ == times.sum()

    def test_does_not_mind_the_order_of_customers(self) -> None:
        columns = bought()
        order = np.random.default_rng(3).permutation(len(columns[0]))
        turned = BetaGeoNBD().fit(*(column[order] for column in columns))
        assert turned.params_ == pytest.approx(BetaGeoNBD().fit(*columns).params_, rel=1e-6)

    def test_stands_at_the_top(self, cdnow: Cdnow, fitted: BetaGeoNBD) -> None:
        likelihood = BetaGeoNBD().likelihood(purchase_summary(cdnow.x, cdnow.t_x, cdnow.T))
        top = np.log(list(fitted.params_.values()))
        value, gradient, _ = likelihood(top)
        assert value == pytest.approx(fitted.loglik_, rel=1e-12)
        assert gradient == pytest.approx(np.zeros(4), abs=1e-3)
        for nudge in 0.02 * np.vstack((np.eye(4), -np.eye(4))):
            assert likelihood(top + nudge)[0] < value

    def test_shows_intervals_that_hold_the_truth(self) -> None:
        shown = {row.name: row for row in BetaGeoNBD().fit(*bought(20_000)).summary()}
        for name, truth in {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5}.items():
            # four standard errors on the logarithm: twice the 95 % interval
            assert shown[name].ci_low ** 2 / shown[name].value < truth < shown[name].ci_high ** 2 / shown[name].value
            assert shown[name].ci_low < shown[name].value < shown[name].ci_high

    def test_gives_a_covariance_that_agrees_with_its_standard_errors(self, fitted: BetaGeoNBD) -> None:
        assert fitted.covariance_ == pytest.approx(fitted.covariance_.T)
        assert np.sqrt(np.diag(fitted.covariance_)) == pytest.approx(list(fitted.standard_errors_.values()))
        assert np.linalg.eigvalsh(fitted.covariance_).min() > 0

    def test_refuses_to_give_numbers_when_nobody_ever_leaves(self) -> None:
        x, T = np.random.default_rng(4).poisson(8, 200) + 1.0, np.full(200, 50.0)
        estimator = BetaGeoNBD()
        with pytest.raises(NotConverged, match=r"b grows without end.*penalty=0\.1") as refused:
            estimator.fit(x, T, T)
        assert len(refused.value.trace) > 1
        assert not hasattr(estimator, "params_")

    def test_is_saved_by_a_mild_penalty(self) -> None:
        x, T = np.random.default_rng(4).poisson(8, 200) + 1.0, np.full(200, 50.0)
        saved = BetaGeoNBD(penalty=0.1).fit(x, T, T)
        assert saved.converged_
        assert saved.predict(50, x, T, T).sum() == pytest.approx(x.sum(), rel=0.1)


class TestRefusal:
    @pytest.mark.parametrize(
        ("x", "t_x", "T", "reason"),
        [
            (1, 5, 4, "t_x is later than T"),
            (-1, 0, 4, "x is negative"),
            (1, -1, 4, "t_x is negative"),
            (0, 0, -4, "T is negative"),
            (1, float("nan"), 4, "t_x is missing"),
            (1, 1, float("inf"), "T is missing or infinite"),
            (0, 2, 4, "no repeat purchase"),
            (1.5, 2, 4, "not a whole number"),
            (2, 0, 4, "at age 0"),
        ],
    )
    def test_names_the_row_and_the_reason(self, x: float, t_x: float, T: float, reason: str) -> None:
        columns = np.append(np.ones(30), x), np.append(np.ones(30), t_x), np.append(np.full(30, 2.0), T)
        with pytest.raises(BadSummary, match=rf"1 of 31 customers {reason}|1 of 31 customers .*{reason}") as refused:
            BetaGeoNBD().fit(*columns)
        assert "row 30" in str(refused.value)

    def test_meets_columns_of_different_length(self) -> None:
        with pytest.raises(BadSummary, match=r"different lengths \(x 3, t_x 2\)"):
            BetaGeoNBD().fit([1, 2, 3], [1, 2], 4)

    def test_meets_words_for_numbers(self) -> None:
        with pytest.raises(BadSummary, match="not a number"):
            BetaGeoNBD().fit(["many"] * 30, np.ones(30), np.ones(30))

    def test_meets_too_few_customers(self) -> None:
        with pytest.raises(BadSummary, match="Only 3 customers"):
            BetaGeoNBD().fit([1, 0, 2], [1, 0, 2], [3, 3, 3])
        with pytest.raises(BadSummary, match="Only 0 customers"):
            BetaGeoNBD().fit([], [], [])

    def test_meets_customers_who_never_came_back(self) -> None:
        with pytest.raises(BadSummary, match="bought a second time"):
            BetaGeoNBD().fit(np.zeros(100), np.zeros(100), np.full(100, 9.0))

    def test_meets_a_question_before_the_fit(self) -> None:
        with pytest.raises(NotFitted):
            BetaGeoNBD().p_alive(1, 1, 2)

    def test_meets_parameters_that_are_not_its_own(self) -> None:
        with pytest.raises(BadParameters):
            BetaGeoNBD.from_params({"r": 1.0})
        with pytest.raises(BadParameters, match="a is -1"):
            BetaGeoNBD.from_params(PUBLISHED | {"a": -1.0})

    def test_meets_a_horizon_of_broken_steps(self) -> None:
        estimator = BetaGeoNBD.from_params(PUBLISHED)
        with pytest.raises(BadHorizon, match="whole number of steps"):
            estimator.discounted_purchases_if_alive(1, 9, 9, horizon=10, step=3, discount=0.1, year=52)
        with pytest.raises(BadHorizon, match="above 0"):
            estimator.discounted_purchases_if_alive(1, 9, 9, horizon=10, step=0, discount=0.1, year=52)
        with pytest.raises(BadHorizon):
            estimator.predict(-1, 1, 1, 2)


class TestAlive:
    @given(parameters, customers())
    def test_is_a_probability(self, params: dict[str, float], customer: tuple[float, float, float]) -> None:
        assert 0 <= BetaGeoNBD.from_params(params).p_alive(*customer)[0] <= 1

    @given(parameters, customers(), st.lists(st.floats(0, 1e4), min_size=2, max_size=6))
    def test_never_rises_with_silence(
        self, params: dict[str, float], customer: tuple[float, float, float], silence: list[float]
    ) -> None:
        x, t_x, _ = customer
        chances = BetaGeoNBD.from_params(params).p_alive(x, t_x, t_x + np.sort(silence))
        assert (np.diff(chances) <= 0).all()

    def test_is_certain_before_a_repeat_purchase(self) -> None:
        assert BetaGeoNBD.from_params(PUBLISHED).p_alive(0, 0, [0, 10, 1e6]).tolist() == [1, 1, 1]


class TestPrediction:
    @given(parameters, customers(), st.floats(0, 1e4))
    def test_never_passes_the_rate_of_one_who_stays(
        self, params: dict[str, float], customer: tuple[float, float, float], t: float
    ) -> None:
        estimator = BetaGeoNBD.from_params(params)
        expected = estimator.predict(t, *customer)[0]
        assert np.isfinite(expected)
        most = estimator.purchase_rate(customer[0], customer[2])[0] * t
        # Below the smallest normal number floats have no relative precision left.
        assert 0 <= expected <= most * (1 + 1e-12) + np.finfo(float).tiny

    @given(parameters, customers(), st.lists(st.floats(0, 1e3), min_size=2, max_size=5))
    def test_never_falls_with_time(
        self, params: dict[str, float], customer: tuple[float, float, float], times: list[float]
    ) -> None:
        estimator = BetaGeoNBD.from_params(params)
        expected = np.array([estimator.predict(t, *customer)[0] for t in sorted(times)])
        assert (np.diff(expected) >= -1e-6 * expected.max()).all()

    @given(parameters, customers(most=1e3), st.floats(0.1, 1e3), st.floats(1e-3, 1e3))
    def test_does_not_depend_on_the_unit_of_time(
        self, params: dict[str, float], customer: tuple[float, float, float], t: float, unit: float
    ) -> None:
        x, t_x, T = customer
        assume(x == 0 or t_x * unit > 0)
        other = BetaGeoNBD.from_params(params | {"alpha": unit * params["alpha"]})
        same = BetaGeoNBD.from_params(params).predict(t, *customer)
        assert other.predict(unit * t, x, unit * t_x, max(unit * T, unit * t_x)) == pytest.approx(same, rel=1e-6)

    @pytest.mark.parametrize("a", [1 - 1e-9, 1.0, 1 + 1e-9])
    def test_passes_smoothly_where_the_closed_form_breaks(self, a: float) -> None:
        near = [BetaGeoNBD.from_params(PUBLISHED | {"a": one}).predict(39, 2, 30, 39)[0] for one in (a, 0.999, 1.001)]
        assert near[1] > near[0] > near[2]
        assert near[0] == pytest.approx((near[1] + near[2]) / 2, rel=1e-6)

    def test_stays_finite_for_hundreds_of_purchases(self) -> None:
        estimator = BetaGeoNBD.from_params({"r": 0.5143, "alpha": 2.8845, "a": 0.2856, "b": 14.1087})
        expected = estimator.predict(52, [221, 5000, 100_000], 103.57143, 103.57143)
        assert np.isfinite(expected).all()
        assert (np.diff(expected) > 0).all()

    def test_agrees_with_a_simulation(self) -> None:
        truth = BetaGeoNBD.from_params({"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5})
        x, _, T = bought(20_000)
        expected = truth.expected_purchases(T)
        assert x.mean() == pytest.approx(expected.mean(), rel=0.05)

    @given(parameters, customers(), st.floats(0, 1e4))
    def test_of_a_chance_is_below_that_of_a_count(
        self, params: dict[str, float], customer: tuple[float, float, float], t: float
    ) -> None:
        estimator = BetaGeoNBD.from_params(params)
        chance = estimator.chance_of_purchase(t, *customer)[0]
        assert 0 <= chance <= min(1.0, estimator.predict(t, *customer)[0] * (1 + 1e-6) + 1e-12)


class TestDiscountedPurchases:
    @given(parameters, customers())
    def test_never_pass_those_of_one_who_stays(
        self, params: dict[str, float], customer: tuple[float, float, float]
    ) -> None:
        estimator = BetaGeoNBD.from_params(params)
        expected = estimator.discounted_purchases(*customer, **YEARLY)[0]
        assert expected >= 0
        stays = estimator.discounted_purchases_if_alive(*customer, **YEARLY)[0]
        assert expected <= stays * (1 + 1e-12)

    def test_add_up_the_steps(self, fitted: BetaGeoNBD, cdnow: Cdnow) -> None:
        some = cdnow.x[:50], cdnow.t_x[:50], cdnow.T[:50]
        until = np.array([fitted.predict(h * 13 / 3, *some) for h in range(37)])
        factors = 1.1 ** -(np.arange(1, 37) / 12)
        assert fitted.discounted_purchases(*some, **YEARLY) == pytest.approx(factors @ np.diff(until, axis=0), rel=1e-9)

    def test_without_discount_are_the_prediction(self, fitted: BetaGeoNBD, cdnow: Cdnow) -> None:
        plain = fitted.discounted_purchases(cdnow.x, cdnow.t_x, cdnow.T, **(YEARLY | {"discount": 0.0}))
        assert plain == pytest.approx(fitted.predict(156, cdnow.x, cdnow.t_x, cdnow.T), rel=1e-9)

    def test_of_one_who_never_leaves_are_all_realised(self) -> None:
        loyal = BetaGeoNBD.from_params({"r": 2.0, "alpha": 5.0, "a": 1e-9, "b": 1e3})
        whole = loyal.discounted_purchases_if_alive(4, 20, 20, **YEARLY)
        assert loyal.discounted_purchases(4, 20, 20, **YEARLY) == pytest.approx(whole, rel=1e-8)

    def test_if_alive_are_the_rate_over_the_discounted_time(self) -> None:
        estimator = BetaGeoNBD.from_params(PUBLISHED)
        months = sum(1.1 ** -(h / 12) for h in range(1, 37))
        assert estimator.discounted_purchases_if_alive(3, 20, 20, **YEARLY) == pytest.approx(
            (0.243 + 3) / (4.414 + 20) * 13 / 3 * months, rel=1e-12
        )


class TestRateInterval:
    @given(parameters, customers())
    def test_is_ordered_and_narrows_at_lower_level(
        self, params: dict[str, float], customer: tuple[float, float, float]
    ) -> None:
        estimator = BetaGeoNBD.from_params(params)
        low, high = estimator.purchase_rate_interval(customer[0], customer[2])
        inner_low, inner_high = estimator.purchase_rate_interval(customer[0], customer[2], level=0.5)
        assert 0 <= low <= inner_low <= inner_high <= high < np.inf

    def test_holds_19_of_20_true_rates(self) -> None:
        draw = np.random.default_rng(5)
        rate, T = draw.gamma(0.8, 1 / 6.0, 40_000), np.full(40_000, 30.0)
        x = draw.poisson(rate * T).astype(np.float64)
        estimator = BetaGeoNBD.from_params({"r": 0.8, "alpha": 6.0, "a": 1e-6, "b": 1.0})
        low, high = estimator.purchase_rate_interval(x, T)
        assert ((low <= rate) & (rate <= high)).mean() == pytest.approx(0.95, abs=0.005)
