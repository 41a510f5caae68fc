"""What is known of customers from the start moves their rate and their leaving."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dangol.insight.analysis.estimators import NBD, BadSummary, BetaGeoNBD, ParetoNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.summary import PurchaseSummary, purchase_summary

type Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def world(model: type[BuyTillYouDie], n: int = 6000) -> tuple[Columns, dict[str, np.ndarray], dict[str, float]]:
    """Customers whose shop and age matter, their covariates, and the coefficients that a fit should find."""
    draw = np.random.default_rng(3)
    web, age, T = draw.integers(0, 2, n).astype(np.float64), draw.normal(40, 2, n), draw.integers(30, 80, n) * 1.0
    rate = draw.gamma(0.9, 1 / 8.0, n) * np.exp(0.6 * web + 0.1 * (age - 40))
    gone, chance = np.full(n, np.inf), np.zeros(n)
    true = {"alpha_web": 0.6, "alpha_age": 0.1}
    if model is ParetoNBD:
        gone = draw.exponential(1 / (draw.gamma(0.8, 1 / 12.0, n) * np.exp(0.5 * web - 0.2 * (age - 40))))
        true |= {"beta_web": 0.5, "beta_age": -0.2}
    else:
        chance = draw.beta(0.8 * np.exp(0.4 * web), 2.5 * np.exp(-0.3 * web + 0.1 * (age - 40)))
        true |= {"a_web": 0.4, "b_web": -0.3, "a_age": 0.0, "b_age": 0.1}
    x, t_x, now = np.zeros((3, n))
    here = np.arange(n)
    while len(here):
        now[here] += draw.exponential(1 / rate[here])
        here = here[now[here] <= np.minimum(T, gone)[here]]
        x[here], t_x[here] = x[here] + 1, now[here]
        here = here[draw.random(len(here)) >= chance[here]]
    return (x, t_x, T), {"web": web, "age": age}, true


@pytest.mark.parametrize("model", [BetaGeoNBD, ParetoNBD])
class TestCoefficients:
    def test_are_found_with_intervals(self, model: type[BuyTillYouDie]) -> None:
        columns, covariates, true = world(model)
        fitted, plain = model().fit(*columns, covariates=covariates), model().fit(*columns)
        assert fitted.loglik_ > plain.loglik_ + 20
        shown = {row.name: row for row in fitted.summary()}
        assert set(shown) == {*model.NAMES, *true}
        for name, value in true.items():
            row = shown[name]
            assert row.standard_error
            assert abs(row.value - value) < 4 * row.standard_error

    def test_tell_in_the_prediction_what_they_told_in_the_fit(self, model: type[BuyTillYouDie], tmp_path: Path) -> None:
        columns, covariates, _ = world(model, 1500)
        fitted = model().fit(*columns, covariates=covariates)
        known = fitted.params_
        web = {"web": np.ones(1), "age": np.full(1, 41.0)}
        # a customer of these covariates is one of a plain model with the parameters moved by hand
        signs = model.MOVED
        moved = {
            name: known[name]
            * np.exp(signs.get(name, 0) * (known.get(f"{name}_web", 0.0) + 41 * known.get(f"{name}_age", 0.0)))
            for name in model.NAMES
        }
        plain, one = model.from_params(moved), (3, 20, 39)
        assert fitted.predict(52, *one, covariates=web) == pytest.approx(plain.predict(52, *one), rel=1e-9)
        assert fitted.p_alive(*one, covariates=web) == pytest.approx(plain.p_alive(*one), rel=1e-9)
        assert fitted.expected_purchases(9, covariates=web) == pytest.approx(plain.expected_purchases(9), rel=1e-9)
        assert fitted.pmf([0, 3], 9, covariates=web) == pytest.approx(plain.pmf([0, 3], 9), rel=1e-9)
        fitted.save(tmp_path / "fit.json")
        loaded = model.load(tmp_path / "fit.json")
        assert (
            loaded.predict(9, *columns, covariates=covariates) == fitted.predict(9, *columns, covariates=covariates)
        ).all()

    def test_stand_at_the_top_in_their_own_units(self, model: type[BuyTillYouDie]) -> None:
        columns, covariates, _ = world(model, 1500)
        fitted = model().fit(*columns, covariates=covariates)
        rows = replace(purchase_summary(*columns), z=tuple(covariates.values()))
        values, size = np.array(list(fitted.params_.values())), len(model.NAMES)
        point = np.append(np.log(values[:size]), values[size:])
        value, _, hessian = fitted.likelihood(rows, tuple(covariates))(point)
        assert value == pytest.approx(fitted.loglik_, rel=1e-10)
        slopes = np.append(values[:size], np.ones(len(values) - size))
        assert np.sqrt(np.diag(np.linalg.inv(-hessian))) * slopes == pytest.approx(
            list(fitted.standard_errors_.values()), rel=1e-3
        )

    def test_leave_the_prediction_as_it_is_where_the_covariate_begins_elsewhere(
        self, model: type[BuyTillYouDie]
    ) -> None:
        columns, covariates, _ = world(model, 1500)
        fitted = model().fit(*columns, covariates={"age": covariates["age"]})
        young = model().fit(*columns, covariates={"age": covariates["age"] - 40})
        assert young.params_["alpha_age"] == pytest.approx(fitted.params_["alpha_age"], rel=1e-4)
        assert young.expected_purchases(30, covariates={"age": [2]}) == pytest.approx(
            fitted.expected_purchases(30, covariates={"age": [42]}), rel=1e-5
        )

    def test_do_not_depend_on_the_units_of_the_covariate(self, model: type[BuyTillYouDie]) -> None:
        columns, covariates, _ = world(model, 1500)
        fitted = model().fit(*columns, covariates={"age": covariates["age"]})
        months = model().fit(*columns, covariates={"age": 12 * covariates["age"]})
        assert months.loglik_ == pytest.approx(fitted.loglik_, rel=1e-10)
        assert months.params_["alpha_age"] * 12 == pytest.approx(fitted.params_["alpha_age"], rel=1e-4)

    def test_have_the_slopes_and_the_curvature_they_claim(self, model: type[BuyTillYouDie]) -> None:
        z = np.array([0.5, -1.0, 2.0, 0.0, 1.0])
        rows = PurchaseSummary(
            np.array([0.0, 1, 2, 9, 3]), np.array([0.0, 1, 3, 4, 6]), np.array([2.0, 3, 3, 6, 6]), np.ones(5), (z,)
        )
        likelihood = model().likelihood(rows, ("z",))
        size = len(model.NAMES) + len(model.MOVED)
        for point in np.random.default_rng(7).uniform(-1.0, 1.0, (4, size)):
            _, gradient, hessian = likelihood(point)
            for i, nudge in enumerate(1e-4 * np.eye(size)):
                (up, up_slope, _), (down, down_slope, _) = likelihood(point + nudge), likelihood(point - nudge)
                assert gradient[i] == pytest.approx((up - down) / 2e-4, rel=1e-5, abs=1e-5)
                assert hessian[i] == pytest.approx((up_slope - down_slope) / 2e-4, rel=1e-5, abs=1e-5)


class TestRefusal:
    def test_names_what_is_wrong_with_a_covariate(self) -> None:
        columns = np.ones(30), np.ones(30), np.full(30, 4.0)
        with pytest.raises(BadSummary, match="age is 40 for every customer"):
            BetaGeoNBD().fit(*columns, covariates={"age": np.full(30, 40.0)})
        with pytest.raises(BadSummary, match="age has 2 values for 30 customers"):
            BetaGeoNBD().fit(*columns, covariates={"age": [1, 2]})
        with pytest.raises(BadSummary, match="For 1 of 30 customers age is missing"):
            BetaGeoNBD().fit(*columns, covariates={"age": [np.nan, *range(29)]})
        with pytest.raises(BadSummary, match="takes no covariates"):
            NBD().fit(*columns, covariates={"age": np.arange(30)})

    def test_asks_for_the_covariates_of_the_fit(self) -> None:
        columns, covariates, _ = world(BetaGeoNBD, 1500)
        fitted = BetaGeoNBD().fit(*columns, covariates=covariates)
        with pytest.raises(BadSummary, match=r"knows the covariates web, age.*came with: none"):
            fitted.predict(9, *columns)
        with pytest.raises(BadSummary, match=r"knows the covariates none.*came with: age"):
            BetaGeoNBD.from_params({"r": 1, "alpha": 1, "a": 1, "b": 1}).p_alive(1, 1, 2, covariates={"age": [40]})
