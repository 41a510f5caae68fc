"""Whatever a fit is asked or given: the answer is finite numbers, or a refusal of ours."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import (
    NBD,
    BadHorizon,
    BadLevel,
    BadParameters,
    BadSummary,
    BetaGeoBetaBinomial,
    BetaGeoCNBD,
    BetaGeoNBD,
    BeyondNumbers,
    CannotSave,
    DriftingNBD,
    GammaGamma,
    GammaGompertzNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
    NotAFit,
    ParetoNBD,
)
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.lib.errors import DangolError

from .test_family import drawn

# every estimator, with parameters to ask it with
ALL: dict[type[Fitted], dict[str, float]] = {
    NBD: {"r": 0.8, "alpha": 6.0},
    BetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ModifiedBetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    BetaGeoCNBD: {"r": 0.8, "alpha": 3.0, "a": 0.8, "b": 2.5, "k": 2.0},
    ModifiedBetaGeoCNBD: {"r": 0.8, "alpha": 2.0, "a": 0.8, "b": 2.5, "k": 3.0},
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 11.0},
    GammaGompertzNBD: {"r": 0.8, "alpha": 6.0, "b": 0.05, "s": 0.7, "beta": 0.6},
    BetaGeoBetaBinomial: {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8},
    GammaGamma: {"p": 6.25, "q": 3.74, "v": 15.44},
    DriftingNBD: {"r": 0.8, "alpha": 6.0, "half_life": 26.0},
}
every = pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)

# a question that can be answered, by the name of what is asked for
SENSIBLE: dict[str, Any] = {
    "x": [0, 1, 4],
    "t_x": [0, 1, 4],
    "T": [9, 9, 9],
    "n": [9, 9, 9],
    "m": [0, 3],
    "t": 5,
    "mean_spend": [1.0, 20.0, 30.0],
    "horizon": 12,
    "step": 3,
    "discount": 0.1,
    "year": 12,
    "level": 0.9,
    "covariates": None,
    "weights": None,
    "litt": [0.0, 0.0, 0.0],
    "same_unit": True,
    "time": [0, 3, 9],
}
ODD: list[Any] = [
    "many", "3", b"3", None, True, 10**400, 1 + 2j, object(), {}, {"age": [1, 2, 3]}, {1: 2}, {"age": "old"},
    np.nan, np.inf, -np.inf, -1, -0.5, 0, 0.5, 1, 2.5, 95, 365, 1e9, 1e15, 1e16, 1e300, 1e-9, 1e-300, 5e-324,
    [], [[]], [1, 2], [0, 1, 4, 9], [[1, 2, 3]], [1, "two", 3], [1, None, 3], [0, np.inf, 4], [0, 1e15, 3], [0, 0, 0],
    [-1, 1, 2], [1, 1e-300, 1e300], [[1], [2, 3]], {1, 2}, np.array("1999-01-01", dtype="datetime64[D]"),
]  # fmt: skip
odd = st.sampled_from(range(len(ODD))).map(lambda place: ODD[place])
SPARED = {
    "fit",  # below, on customers that can be fitted
    "likelihood",  # what `fit` climbs: takes rows that `fit` has doubted
    "load", "save", "from_params",  # below, as they ask for files and parameters
}  # fmt: skip


def finite(answer: object) -> bool:
    """Whether there are numbers and nothing but finite ones in it, where there are numbers at all."""
    if isinstance(answer, tuple):
        return all(finite(one) for one in answer)
    if isinstance(answer, Mapping):
        return all(finite(one) for one in answer.values())
    if isinstance(answer, np.ndarray | float):
        return bool(np.isfinite(answer).all())
    return True


def questions(model: type[Fitted]) -> dict[str, list[str]]:
    """The public methods, by name, with what each asks for."""
    return {
        name: [one for one in inspect.signature(method).parameters if one != "self"]
        for name, method in inspect.getmembers(model, inspect.isfunction)
        if name[0] != "_" and name not in SPARED
    }


def ask(estimator: Fitted, name: str, told: dict[str, Any]) -> object:
    """Ask by name, and fall silent where the question is refused by one of ours."""
    with suppress(DangolError), np.errstate(all="ignore"):
        return getattr(estimator, name)(**told)
    return ()


@every
class TestQuestion:
    def test_that_makes_sense_is_answered_by_every_method(self, model: type[Fitted]) -> None:
        estimator = model.from_params(ALL[model])
        for name, asked in questions(model).items():
            answer = getattr(estimator, name)(**{one: SENSIBLE[one] if one != "n" or "m" not in asked else 9
                                                 for one in asked})  # fmt: skip
            assert finite(answer), name

    @settings(max_examples=120)
    @given(data=st.data())
    def test_of_any_kind_is_answered_in_numbers_or_refused(self, model: type[Fitted], data: st.DataObject) -> None:
        name, asked = data.draw(st.sampled_from(sorted(questions(model).items())), label="method")
        told = {one: data.draw(st.one_of(st.just(SENSIBLE[one]), odd), label=one) for one in asked}
        assert finite(ask(model.from_params(ALL[model]), name, told))

    @settings(max_examples=60)
    @given(data=st.data())
    def test_under_any_parameters_is_answered_in_numbers_or_refused(
        self, model: type[Fitted], data: st.DataObject
    ) -> None:
        wild = st.one_of(odd, st.floats(-300, 300).map(lambda power: 10.0**power))
        params = {one: data.draw(st.one_of(st.just(ALL[model][one]), wild), label=one) for one in ALL[model]}
        with suppress(DangolError):
            estimator = model.from_params(params)
            name, asked = data.draw(st.sampled_from(sorted(questions(model).items())), label="method")
            assert finite(ask(estimator, name, {one: SENSIBLE[one] for one in asked}))


def new(model: type[Fitted], **told: Any) -> Fitted:
    """An estimator before its fit."""
    return DriftingNBD(26.0, **told) if model is DriftingNBD else model(**told)


def customers(model: type[Fitted]) -> dict[str, Any]:
    """Columns that the model can be fitted to."""
    x, t_x, T, litt = drawn(60)
    if model is BetaGeoBetaBinomial:
        t_x = np.where(x > 0, np.maximum(np.ceil(t_x), x), 0)
        return {"x": x, "t_x": t_x, "n": np.maximum(T, t_x), "weights": np.ones(60)}
    if model is DriftingNBD:
        return {"n": x, "x": x, "T": T, "t": 9, "weights": np.ones(60)}
    if model is GammaGamma:
        return {"x": x + 1, "mean_spend": 1 + t_x, "weights": np.ones(60)}
    return {"x": x, "t_x": t_x, "T": T, "weights": np.ones(60)} | (
        {"litt": litt} if issubclass(model, BetaGeoCNBD) else {}
    )


@every
class TestFit:
    @settings(max_examples=40)
    @given(data=st.data())
    def test_of_anything_is_finite_or_refused(self, model: type[Fitted], data: st.DataObject) -> None:
        columns = customers(model)
        for name in data.draw(st.sets(st.sampled_from(sorted(columns)), max_size=2), label="spoilt"):
            if name == "t" or data.draw(st.booleans(), label=f"{name} whole"):
                columns[name] = data.draw(odd, label=name)
            else:
                columns[name] = [*columns[name][:-1], data.draw(odd, label=name)]
        estimator: Any = new(model, penalty=0.1)
        with suppress(DangolError), np.errstate(all="ignore"):
            estimator.fit(**columns)
            assert finite((estimator.params_, estimator.standard_errors_, estimator.loglik_, estimator.covariance_))

    @pytest.mark.filterwarnings("error")
    def test_refuses_customers_who_all_count_for_nothing(self, model: type[Fitted]) -> None:
        estimator: Any = new(model)
        with pytest.raises(BadSummary, match="Only 0 customers"):
            estimator.fit(**customers(model) | {"weights": np.zeros(60)})

    @settings(max_examples=30)
    @given(penalty=odd)
    def test_knows_no_penalty_that_is_no_number(self, model: type[Fitted], penalty: Any) -> None:
        with suppress(BadParameters):
            assert 0 <= new(model, penalty=penalty).penalty < np.inf


@every
class TestFile:
    @settings(max_examples=60)
    @given(data=st.data())
    def test_spoilt_anywhere_is_refused_or_answers(
        self, model: type[Fitted], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("fit") / "fit.json"
        model.from_params(ALL[model]).save(path)
        told = json.loads(path.read_text())
        where = data.draw(
            st.sampled_from([(), *((key,) for key in told), *(("params", one) for one in told["params"])])
        )
        spoilt = data.draw(st.sampled_from([None, [], {}, "a", 10**400, -1, [[1]], float("nan"), {"r": 1}]))
        if where:
            inner = told if len(where) == 1 else told["params"]
            inner[where[-1]] = spoilt
        path.write_text(json.dumps(told if where else spoilt))
        with suppress(NotAFit):
            estimator = model.load(path)
            assert finite(ask(estimator, "summary", {}))

    def test_that_cannot_be_written_is_said(self, model: type[Fitted], tmp_path: Path) -> None:
        with pytest.raises(CannotSave, match=r"not written to .*no such folder"):
            model.from_params(ALL[model]).save(tmp_path / "no such folder" / "fit.json")


class TestLevel:
    @pytest.mark.parametrize("level", [95, 0, 1, -0.5, np.nan, np.inf, "95", None, [0.5, 0.9]])
    def test_that_is_no_part_of_all_cases_is_refused(self, level: Any) -> None:
        with pytest.raises(BadLevel, match="level"):
            BetaGeoNBD.from_params(ALL[BetaGeoNBD]).purchase_rate_interval(2, 9, level=level)
        with pytest.raises(BadLevel, match="level"):
            GammaGamma.from_params(ALL[GammaGamma]).expected_spend_interval(2, 9.0, level=level)

    def test_of_percent_is_told_how_to_be_written(self) -> None:
        with pytest.raises(BadLevel, match=r"is 95; .*0\.95 for 95 %"):
            NBD.from_params(ALL[NBD]).purchase_rate_interval(2, 9, level=95)

    def test_to_which_spends_are_too_wild_is_refused(self) -> None:
        wild = GammaGamma.from_params({"p": 2.0, "q": 1e-4, "v": 10.0})
        with pytest.raises(BeyondNumbers, match="1 of the 1 asked about"):
            wild.expected_spend_interval(0, 0.0)


class TestHalfLife:
    @pytest.mark.parametrize("half_life", [0, -1, np.nan, np.inf, "long", None])
    def test_that_is_no_time_is_refused(self, half_life: Any) -> None:
        with pytest.raises(BadParameters, match="half_life"):
            DriftingNBD(half_life)
        with pytest.raises(BadParameters, match="half_life"):
            DriftingNBD.from_params({"r": 1.0, "alpha": 2.0})


class TestRefusal:
    def test_of_rates_names_the_columns(self) -> None:
        fit = BetaGeoNBD.from_params(ALL[BetaGeoNBD])
        with pytest.raises(BadSummary, match=r"different lengths \(x 3, T 2\)"):
            fit.purchase_rate([1, 2, 3], [9, 9])
        with pytest.raises(BadSummary, match="x holds something that is not a number"):
            fit.purchase_rate("many", 9)
        with pytest.raises(BadSummary, match="T holds something that is not a number"):
            fit.purchase_rate_interval(1, "long")

    def test_of_a_horizon_says_what_it_must_be(self) -> None:
        fit = BetaGeoNBD.from_params(ALL[BetaGeoNBD])
        with pytest.raises(BadHorizon, match="must be a number, 0 or longer"):
            fit.predict("a", 1, 1, 2)  # type: ignore[arg-type]
        with pytest.raises(BadHorizon, match="discount is 'a', which is not a number"):
            fit.residual_transactions(1, 1, 2, "a")  # type: ignore[arg-type]
        with pytest.raises(BadHorizon, match=r"more than 10,000 steps"):
            fit.discounted_purchases(1, 1, 2, horizon=1e9, step=1, discount=0.1, year=52)

    def test_of_beats_says_what_they_must_be(self) -> None:
        for k in (np.inf, np.nan, "two", 1.5, 101):
            with pytest.raises(BadParameters, match="k is"):
                BetaGeoCNBD(k)  # type: ignore[arg-type]
        assert BetaGeoCNBD(3.0).k == 3  # type: ignore[arg-type]

    def test_of_endless_chances_comes_before_they_are_counted(self) -> None:
        fit = BetaGeoBetaBinomial.from_params(ALL[BetaGeoBetaBinomial])
        with pytest.raises(BadSummary, match="m is missing or infinite"):
            fit.pmf([np.inf], 3)
        with pytest.raises(BadHorizon, match="10,000 at most"):
            fit.predict(10**9, 1, 1, 2)
        with pytest.raises(BadHorizon, match="not a number"):
            fit.expected_purchases([[1], [2, 3]])  # type: ignore[list-item]
        with pytest.raises(BadHorizon, match=r"1\.5 chances"):
            fit.expected_purchases([1, 1.5])
        with pytest.raises(BadSummary, match="more than 10,000 chances"):
            fit.p_alive(1, 1, 10**9)

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_of_integrals_without_end_comes_before_they_are_taken(self) -> None:
        for s, beta in ((1e79, 1e-245), (0.7, 1e-300)):
            fit = ParetoNBD.from_params(ALL[ParetoNBD] | {"s": s, "beta": beta, "r": 1e13})
            with pytest.raises(BeyondNumbers, match="integrals cannot be taken"):
                fit.pmf([1], 5)
        with pytest.raises(BeyondNumbers, match="integrals cannot be taken"):
            ParetoNBD.from_params(ALL[ParetoNBD] | {"alpha": 1e300, "s": 1.0}).chance_of_purchase(5, 0, 0, 9)

    def test_is_not_needed_where_nobody_is_asked_about(self) -> None:
        fit = BetaGeoBetaBinomial.from_params(ALL[BetaGeoBetaBinomial])
        assert len(fit.residual_transactions([], [], [], 0.1)) == 0
        assert len(fit.predict(3, [], [], [])) == 0

    def test_meets_gaps_in_a_covariate_called_like_a_column(self) -> None:
        with pytest.raises(BadSummary, match="mean_spend is missing"):
            BetaGeoNBD().fit(*drawn(60)[:3], covariates={"mean_spend": np.append(np.nan, np.arange(59.0))})
