"""Weibull: the truth is found again, and customers that the fit has not seen stay as long as foretold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from dangol.insight.analysis.estimators import BadHorizon, BadSummary, NotFitted
from dangol.insight.analysis.survival import BadContracts, NoFit, WeibullLeaving, calibration_of, concordance_of

from .conftest import Telco

TRUE = {"scale": 30.0, "shape": 0.8, "web": 0.7, "age": -0.05}


def drawn(n: int = 4000, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Months, whether ended, covariates: from the story of the model, each observed for 1 to 60 months."""
    draw = np.random.default_rng(seed)
    web, age = draw.integers(0, 2, n).astype(np.float64), draw.normal(40, 8, n)
    scale = TRUE["scale"] * np.exp(TRUE["web"] * web + TRUE["age"] * (age - 40))
    lasts, seen = scale * draw.weibull(TRUE["shape"], n), draw.uniform(1, 60, n)
    return np.minimum(lasts, seen), (lasts <= seen) * 1.0, {"web": web, "age": age - 40}


class TestFit:
    def test_finds_the_truth_with_intervals(self) -> None:
        months, ended, covariates = drawn()
        fitted = WeibullLeaving().fit(months, ended, covariates=covariates)
        for row in fitted.summary():
            assert row.ci_low is not None and row.ci_high is not None
            middle, reach = row.value, (row.ci_high - row.ci_low) / 2
            assert abs(TRUE[row.name] - middle) < 2 * reach
        assert fitted.n_customers_ == 4000

    def test_finds_the_truth_of_contracts_that_are_on_record_because_they_lasted(self) -> None:
        months, ended, covariates = drawn(8000)
        entered = np.where(np.arange(len(months)) % 2, 12.0, 0.0)
        lasted = months > entered
        some = {name: column[lasted] for name, column in covariates.items()}
        fitted = WeibullLeaving().fit(months[lasted], ended[lasted], covariates=some, entered=entered[lasted])
        blind = WeibullLeaving().fit(months[lasted], ended[lasted], covariates=some)
        for name, true in TRUE.items():
            assert fitted.params_[name] == pytest.approx(true, abs=4 * fitted.standard_errors_[name] * max(1.0, true))
        assert blind.params_["scale"] > 1.2 * fitted.params_["scale"]

    def test_stands_where_another_climb_stands(self) -> None:
        months, ended, _ = drawn(500)
        fitted = WeibullLeaving().fit(months, ended)

        def unlikely(logs: np.ndarray) -> float:
            scale, shape = np.exp(logs)
            rate = np.log(shape / scale) + (shape - 1) * np.log(months / scale)
            return -float(ended @ rate - ((months / scale) ** shape).sum())

        best = minimize(unlikely, [3.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10})
        assert [fitted.params_["scale"], fitted.params_["shape"]] == pytest.approx(np.exp(best.x), rel=1e-4)
        assert fitted.loglik_ == pytest.approx(-best.fun, rel=1e-8)

    def test_does_not_depend_on_the_unit_or_the_beginning_of_a_covariate(self) -> None:
        months, ended, covariates = drawn(1500)
        plain = WeibullLeaving().fit(months, ended, covariates={"age": covariates["age"]})
        other = WeibullLeaving().fit(months, ended, covariates={"age": 12 * (covariates["age"] + 40)})
        assert 12 * other.params_["age"] == pytest.approx(plain.params_["age"], rel=1e-4)
        assert other.survival(12, [3], covariates={"age": [480]}) == pytest.approx(
            plain.survival(12, [3], covariates={"age": [0]}), rel=1e-5
        )

    def test_leaves_out_those_who_have_just_come_and_counts_them(self) -> None:
        months, ended, _ = drawn(300)
        fitted = WeibullLeaving().fit([*months, 0, 0], [*ended, 0, 0])
        assert fitted.n_untold_ == 2
        assert fitted.params_ == pytest.approx(WeibullLeaving().fit(months, ended).params_)


class TestPrediction:
    @settings(max_examples=30)
    @given(age=st.lists(st.floats(0, 600), min_size=1, max_size=5), ahead=st.integers(1, 120))
    def test_never_rises_and_goes_on_where_it_stood(self, age: list[float], ahead: int) -> None:
        fitted = WeibullLeaving()
        fitted.params_, fitted.covariates_ = {"scale": 20.0, "shape": 0.7}, ()
        chances = fitted.survival(ahead, age)
        assert chances.shape == (len(age), ahead)
        assert ((chances >= 0) & (chances <= 1)).all()
        assert (np.diff(chances, axis=1) <= 0).all()
        later = np.array([fitted.survival(1, [one + ahead])[0, 0] for one in age])
        assert fitted.survival(ahead + 1, age)[:, -1] == pytest.approx(chances[:, -1] * later, rel=1e-9, abs=1e-300)

    def test_of_half_a_life_is_the_median(self) -> None:
        fitted = WeibullLeaving()
        fitted.params_, fitted.covariates_ = {"scale": 10 / np.log(2) ** (1 / 0.7), "shape": 0.7}, ()
        assert fitted.median() == pytest.approx([10])
        assert fitted.survival(10, [0])[0, -1] == pytest.approx(0.5)

    def test_of_telco_customers_not_seen_comes_true(self, telco: Telco) -> None:
        seen, held = ~telco.held, telco.held
        fitted = WeibullLeaving().fit(telco.months[seen], telco.ended[seen], covariates=telco.part(seen))
        assert fitted.n_untold_ == ((telco.months == 0) & seen).sum()
        chances = fitted.survival(12, np.zeros(held.sum()), covariates=telco.part(held))[:, -1]
        groups = calibration_of(chances, telco.months[held], telco.ended[held], after=12)
        errors = np.abs([group.error for group in groups])
        concordance = concordance_of(chances, telco.months[held], telco.ended[held])
        print(f"Weibull, 12 months: concordance {concordance:.3f}, errors by decile {np.round(errors, 3)}")
        assert errors.max() < 0.06
        assert errors.mean() < 0.03
        assert 0.83 < concordance < 0.90


class TestRefusal:
    def test_names_what_is_wrong(self) -> None:
        months, ended, covariates = drawn(200)
        with pytest.raises(BadContracts, match="Only 3 customers, of whom 1 left"):
            WeibullLeaving().fit([1, 2, 3], [1, 0, 0])
        with pytest.raises(BadContracts, match="of whom 0 left"):
            WeibullLeaving().fit(months, np.zeros(200))
        with pytest.raises(BadSummary, match="one is 1 for every customer"):
            WeibullLeaving().fit(months, ended, covariates={"one": np.ones(200)})
        with pytest.raises(BadSummary, match="web has 2 values for 200"):
            WeibullLeaving().fit(months, ended, covariates={"web": [1, 2]})
        with pytest.raises(NoFit, match=r"follows from the others.*say the same"):
            WeibullLeaving().fit(months, ended, covariates={"web": covariates["web"], "again": 2 * covariates["web"]})
        with pytest.raises(NotFitted):
            WeibullLeaving().survival(1, [1])

    def test_names_what_cannot_be_asked(self) -> None:
        fitted = WeibullLeaving().fit(*drawn(200)[:2])
        for ahead in (0, -1, 1.5, np.nan, "a", 10**9, [1, 2]):
            with pytest.raises(BadHorizon):
                fitted.survival(ahead, [1])  # type: ignore[arg-type]
        with pytest.raises(BadHorizon, match="negative"):
            fitted.survival(3, [-1])
        with pytest.raises(BadSummary, match="knows the covariates none"):
            fitted.survival(3, [1], covariates={"web": [1]})

    def test_of_covariates_that_decide_alone(self) -> None:
        months, ended, _ = drawn(200)
        with pytest.raises(NoFit, match="decide alone"):
            WeibullLeaving().fit(months, ended, covariates={"gone": ended})
