"""What must hold for every model of the buy-till-you-die family, whatever the parameters and the customer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import (
    NBD,
    BadHorizon,
    BadSummary,
    BetaGeoCNBD,
    BetaGeoNBD,
    GammaGompertzNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
    NotAFit,
    NotConverged,
    NotFitted,
    ParetoNBD,
    buy_till_you_die,
)
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.summary import purchase_summary

# parameters near which data are drawn, per model
FAMILY: dict[type[BuyTillYouDie], dict[str, float]] = {
    NBD: {"r": 0.8, "alpha": 6.0},
    BetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ModifiedBetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    BetaGeoCNBD: {"r": 0.8, "alpha": 3.0, "a": 0.8, "b": 2.5, "k": 2.0},
    ModifiedBetaGeoCNBD: {"r": 0.8, "alpha": 2.0, "a": 0.8, "b": 2.5, "k": 3.0},
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 11.0},
    GammaGompertzNBD: {"r": 0.8, "alpha": 6.0, "b": 0.05, "s": 0.7, "beta": 0.6},
}
family = pytest.mark.parametrize("model", FAMILY, ids=lambda model: model.__name__)

type Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@st.composite
def asked(draw: st.DrawFn) -> tuple[float, float, float]:
    """x, t_x, T of one possible customer, also with hundreds of purchases."""
    T = draw(st.floats(1e-3, 1e4))
    x = draw(st.integers(0, 2000))
    return float(x), draw(st.floats(1e-6, 1.0)) * T if x else 0.0, T


def params_of(model: type[BuyTillYouDie], draw: st.DataObject) -> BuyTillYouDie:
    """The model with parameters from a ten-thousandth to ten thousand."""
    params = {name: 10.0 ** draw.draw(st.floats(-4, 4), label=name) for name in model.NAMES}
    if issubclass(model, BetaGeoCNBD):
        params["k"] = draw.draw(st.integers(1, 12), label="k")
    return model.from_params(params)


def new(model: type[BuyTillYouDie]) -> BuyTillYouDie:
    """An estimator before its fit."""
    return model(int(FAMILY[model]["k"])) if issubclass(model, BetaGeoCNBD) else model()


def fit(model: type[BuyTillYouDie], columns: Columns, **more: np.ndarray) -> BuyTillYouDie:
    """The model fitted to x, t_x, T and the logarithms of the times between purchases, where it asks for them."""
    x, t_x, T, litt = columns
    estimator = new(model)
    if isinstance(estimator, BetaGeoCNBD):
        return estimator.fit(x, t_x, T, litt=litt, **more)
    return estimator.fit(x, t_x, T, **more)


def drawn(n: int = 500, *, seed: int = 1) -> Columns:
    """Customers who buy at random rates and leave, some soon, some after their purchases; in weeks: x, t_x, T, litt."""
    draw = np.random.default_rng(seed)
    T = draw.integers(30, 80, n).astype(np.float64)
    rate, chance, gone = (
        draw.gamma(0.8, 1 / 4.0, n),
        draw.beta(0.8, 4.0, n),
        draw.exponential(1 / draw.gamma(1.0, 0.02, n)),
    )
    x, t_x, now, litt = np.zeros((4, n))
    here = np.arange(n)
    while len(here):
        now[here] += draw.exponential(1 / rate[here])
        here = here[now[here] <= np.minimum(T, gone)[here]]
        litt[here] += np.log(now[here] - t_x[here])
        x[here], t_x[here] = x[here] + 1, now[here]
        here = here[draw.random(len(here)) >= chance[here]]
    return x, t_x, T, litt


@pytest.fixture(scope="module")
def fits() -> Callable[[type[BuyTillYouDie]], BuyTillYouDie]:
    """Each model fitted to the same customers, once."""
    known: dict[type[BuyTillYouDie], BuyTillYouDie] = {}

    def fitted(model: type[BuyTillYouDie]) -> BuyTillYouDie:
        if model not in known:
            known[model] = fit(model, drawn())
        return known[model]

    return fitted


type Fits = Callable[[type[BuyTillYouDie]], BuyTillYouDie]


@family
class TestFit:
    def test_has_the_slopes_and_the_curvature_it_claims(self, model: type[BuyTillYouDie]) -> None:
        rows = purchase_summary([0, 1, 2, 9, 0, 3], [0, 1, 3, 4, 0, 6], [2, 3, 3, 6, 5, 6], [3, 1, 2, 1, 4, 1])
        likelihood, random = new(model).likelihood(rows), np.random.default_rng(7)
        for point in random.uniform(-1.5, 1.5, (6, len(model.NAMES))):
            _, gradient, hessian = likelihood(point)
            for i, nudge in enumerate(1e-4 * np.eye(len(point))):
                (up, up_slope, _), (down, down_slope, _) = likelihood(point + nudge), likelihood(point - nudge)
                assert gradient[i] == pytest.approx((up - down) / 2e-4, rel=1e-5, abs=1e-5)
                assert hessian[i] == pytest.approx((up_slope - down_slope) / 2e-4, rel=1e-5, abs=1e-5)

    def test_stands_at_the_top(self, model: type[BuyTillYouDie], fits: Fits) -> None:
        fitted = fits(model)
        assert fitted.converged_
        values = np.array([fitted.params_[name] for name in model.NAMES])
        top, likelihood = np.log(values), fitted.likelihood(purchase_summary(*drawn()[:3]))
        value, gradient, hessian = likelihood(top)
        if not issubclass(model, BetaGeoCNBD):
            assert value == pytest.approx(fitted.loglik_, rel=1e-11)
        assert gradient == pytest.approx(np.zeros(len(top)), abs=1e-3)
        # a parameter that rests on its boundary is held there, and the others are what they are given it
        free = np.ix_(*2 * [np.array(list(fitted.standard_errors_.values())) > 0])
        on_logs = fitted.covariance_ / np.outer(values, values)
        assert on_logs[free] == pytest.approx(np.linalg.inv(-hessian[free]), rel=1e-4)
        assert np.sqrt(np.diag(fitted.covariance_)) == pytest.approx(list(fitted.standard_errors_.values()))

    def test_is_the_same_in_days_as_in_weeks(self, model: type[BuyTillYouDie], fits: Fits) -> None:
        (x, t_x, T, litt), weeks = drawn(), fits(model)
        days = fit(model, (x, 7 * t_x, 7 * T, litt + x * np.log(7)))
        scaled = {name: value * 7 ** model.IN_TIME.get(name, 0) for name, value in weeks.params_.items()}
        assert days.params_ == pytest.approx(scaled, rel=1e-5)
        assert days.loglik_ == pytest.approx(weeks.loglik_ - x.sum() * np.log(7), rel=1e-10)
        assert days.predict(70, x, 7 * t_x, 7 * T) == pytest.approx(weeks.predict(10, x, t_x, T), rel=1e-5)
        assert days.p_alive(x, 7 * t_x, 7 * T) == pytest.approx(weeks.p_alive(x, t_x, T), rel=1e-5)

    def test_takes_weights_for_repetition(self, model: type[BuyTillYouDie]) -> None:
        columns = drawn()
        times = np.random.default_rng(2).integers(0, 4, len(columns[0]))
        weighted = fit(model, columns, weights=times)
        x, t_x, T, litt = (np.repeat(column, times) for column in columns)
        repeated = fit(model, (x, t_x, T, litt))
        assert weighted.params_ == pytest.approx(repeated.params_, rel=1e-5)
        assert weighted.loglik_ == pytest.approx(repeated.loglik_, rel=1e-11)
        assert weighted.n_customers_ == times.sum()

    def test_says_so_when_nobody_is_seen_to_leave(self, model: type[BuyTillYouDie]) -> None:
        draw = np.random.default_rng(4)
        x, T = draw.poisson(draw.gamma(2.0, 4.0, 300)) + 1.0, draw.integers(30, 60, 300) * 1.0
        if model is NBD:
            assert fit(model, (x, T, T, x * np.log(T / x))).converged_
            return
        with pytest.raises(NotConverged, match=r"(towards 0|without end).*penalty=0\.1.*NBD says the same") as refused:
            fit(model, (x, T, T, x * np.log(T / x)))
        assert len(refused.value.trace) > 1

    def test_is_the_same_when_a_coarser_look_comes_first(
        self, model: type[BuyTillYouDie], fits: Fits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(buy_till_you_die, "MANY", 10)
        begun_near = fit(model, drawn())
        assert begun_near.loglik_ == pytest.approx(fits(model).loglik_, rel=1e-11)
        assert begun_near.params_ == pytest.approx(fits(model).params_, rel=1e-5)

    def test_believes_whoever_says_that_a_shop_closed_early(self, model: type[BuyTillYouDie]) -> None:
        x, t_x, T, litt = drawn()
        estimator: Any = new(model)
        estimator.penalty = 0.1
        told = {"litt": litt} if isinstance(estimator, BetaGeoCNBD) else {}
        assert estimator.fit(x, t_x, 7 * T, same_unit=True, **told).converged_
        with pytest.raises(BadSummary, match="looks like weeks and T like days"):
            estimator.fit(x, t_x, 7 * T, same_unit=False, **told)

    def test_is_the_same_after_a_journey_through_a_file(
        self, model: type[BuyTillYouDie], fits: Fits, tmp_path: Path
    ) -> None:
        fitted, columns = fits(model), drawn()[:3]
        fitted.save(tmp_path / "fit.json")
        loaded = model.load(tmp_path / "fit.json")
        assert loaded.summary() == fitted.summary()
        assert loaded.trace_ == fitted.trace_
        assert (loaded.covariance_ == fitted.covariance_).all()
        assert (loaded.predict(9, *columns) == fitted.predict(9, *columns)).all()
        other = BetaGeoNBD if model is NBD else NBD
        with pytest.raises(NotAFit, match=f"holds a fit of {model.__name__}"):
            other.load(tmp_path / "fit.json")

    def test_shows_intervals_around_its_parameters(self, model: type[BuyTillYouDie], fits: Fits) -> None:
        fitted = fits(model)
        free = [row for row in fitted.summary() if fitted.standard_errors_.get(row.name)]
        assert len(free) >= 2
        for row in free:
            assert row.ci_low and row.ci_high and row.standard_error
            assert 0 < row.ci_low < row.value < row.ci_high
        for row in model.from_params(FAMILY[model]).summary():
            assert row.standard_error is row.ci_low is row.ci_high is None


@family
class TestAlive:
    @settings(max_examples=40)
    @given(data=st.data(), customer=asked(), silence=st.lists(st.floats(0, 1e4), min_size=2, max_size=5))
    def test_is_a_probability_that_never_rises_with_silence(
        self,
        model: type[BuyTillYouDie],
        data: st.DataObject,
        customer: tuple[float, float, float],
        silence: list[float],
    ) -> None:
        x, t_x, _ = customer
        chances = params_of(model, data).p_alive(x, t_x, t_x + np.sort(silence))
        assert ((chances >= 0) & (chances <= 1)).all()
        assert (np.diff(chances) <= 1e-12).all()


@family
class TestPrediction:
    @settings(max_examples=40)
    @given(data=st.data(), customer=asked(), t=st.floats(0, 1e4))
    def test_stays_finite_and_in_order_for_extreme_customers(
        self, model: type[BuyTillYouDie], data: st.DataObject, customer: tuple[float, float, float], t: float
    ) -> None:
        estimator = params_of(model, data)
        sooner, later = estimator.predict(t / 2, *customer)[0], estimator.predict(t, *customer)[0]
        assert 0 <= sooner <= later * (1 + 1e-9) + 1e-12
        assert np.isfinite(later)
        chance = estimator.chance_of_purchase(t, *customer)[0]
        assert 0 <= chance <= min(1.0, later * (1 + 1e-9) + 1e-12)
        assert np.isfinite(estimator.residual_transactions(*customer, discount=0.002)).all()
        assert np.isfinite(estimator.expected_purchases([0, t])).all()

    def test_of_a_new_customer_is_the_mean_of_the_mass(self, model: type[BuyTillYouDie]) -> None:
        estimator = model.from_params(FAMILY[model])
        for t in (0.5, 6.0, 60.0):
            mass = estimator.pmf(np.arange(1500), t)
            assert mass.sum() == pytest.approx(1, abs=1e-9)
            assert mass @ np.arange(1500) == pytest.approx(estimator.expected_purchases(t)[0], rel=1e-8)
        assert estimator.pmf([0, 1], 0)[0] == pytest.approx(1)

    def test_of_one_just_come_is_that_of_a_new_customer(self, model: type[BuyTillYouDie]) -> None:
        estimator = model.from_params(FAMILY[model])
        foretold = estimator.predict(20, 0, 0, 0)
        assert foretold == pytest.approx(estimator.expected_purchases(20), rel=1e-9)
        chance = estimator.chance_of_purchase(20, 0, 0, 0)
        assert chance == pytest.approx(1 - estimator.pmf(0, 20), rel=1e-9)

    def test_for_ever_is_the_sum_of_short_steps(self, model: type[BuyTillYouDie]) -> None:
        estimator, discount = model.from_params(FAMILY[model]), 0.02
        some = [0, 1, 4, 12], [0, 3, 30, 38], 39
        steps = {"horizon": 1200.0, "step": 1.0, "discount": np.expm1(discount), "year": 1.0}
        # each step counts at its end; from its middle on it is worth half a step's discount more
        stepwise = estimator.discounted_purchases(*some, **steps) * np.exp(discount / 2)
        assert estimator.residual_transactions(*some, discount=discount) == pytest.approx(stepwise, rel=1e-4)

    def test_refuses_a_future_without_end_or_discount(self, model: type[BuyTillYouDie]) -> None:
        estimator = model.from_params(FAMILY[model])
        with pytest.raises(BadHorizon, match="above 0"):
            estimator.residual_transactions(1, 1, 2, 0.0)
        with pytest.raises(BadHorizon):
            estimator.predict(-1, 1, 1, 2)
        with pytest.raises(BadHorizon, match="2 periods"):
            estimator.predict(np.ones(2), 1, 1, 2)  # type: ignore[arg-type]
        with pytest.raises(BadSummary, match="n counts purchases"):
            estimator.pmf(-1, 2)


@family
class TestRefusal:
    def test_names_what_is_wrong_and_the_row(self, model: type[BuyTillYouDie]) -> None:
        with pytest.raises(BadSummary, match=r"1 of 31 customers t_x is later than T \(the first in row 30: 5\)"):
            fit(model, (np.ones(31), np.append(np.ones(30), 5.0), np.full(31, 4.0), np.zeros(31)))
        x, t_x, T, litt = drawn()
        with pytest.raises(BadSummary, match=r"looks like weeks and T like days.*one unit"):
            fit(model, (x, t_x, 7 * T, litt))
        with pytest.raises(BadSummary, match=r"closed early\), say so: fit\(…, same_unit=True\)"):
            fit(model, (x, t_x, 7 * T, litt))
        with pytest.raises(BadSummary, match="Only 1 customers"):
            fit(model, tuple(np.array([one]) for one in (3.0, 3.0, 4.0, 0.0)))
        with pytest.raises(BadSummary, match="None of the 40 customers bought a second time"):
            fit(model, (np.zeros(40), np.zeros(40), np.full(40, 4.0), np.zeros(40)))
        with pytest.raises(NotFitted, match=model.TITLE):
            model().predict(1, 1, 1, 2)


class TestFile:
    def test_that_is_no_fit_is_refused(self, tmp_path: Path) -> None:
        for text in ("", "{}", '{"estimator": "NBD", "settings": {}, "params": {"r": 1}}', "[1]"):
            (tmp_path / "fit.json").write_text(text)
            with pytest.raises(NotAFit):
                NBD.load(tmp_path / "fit.json")
        with pytest.raises(NotAFit):
            NBD.load(tmp_path / "nothing.json")


def test_allowing_for_leaving_fits_better_and_regularity_does_not_where_there_is_none(fits: Fits) -> None:
    for model in FAMILY:
        better = NBD if not issubclass(model, BetaGeoCNBD) else BetaGeoNBD
        assert model is NBD or (fits(model).loglik_ > fits(better).loglik_) is (better is NBD)
    x, t_x, T, litt = drawn()
    assert BetaGeoCNBD().fit(x, t_x, T, litt=litt).k_ == 1
