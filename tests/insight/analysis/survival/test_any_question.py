"""Whatever is asked of contracts: the answer is finite numbers, or a refusal of ours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import BadParameters
from dangol.insight.analysis.survival import (
    BoostedHazard,
    KaplanMeier,
    WeibullLeaving,
    calibration_of,
    commitment_of,
    concordance_of,
)
from dangol.lib.errors import DangolError

from .test_weibull import drawn

ODD: list[Any] = [
    "many", None, True, 10**400, 1 + 2j, object(), {}, {"web": [1]}, {1: 2}, np.nan, np.inf, -1, 0, 0.5, 1, 2, 95, 1e9,
    1e15, 1e300, 1e-300, [], [[]], [1, 2], [0, 1, 4, 9], [[1, 2, 3]], [1, "two", 3], [1, None, 3], [0, np.inf, 4],
    [[0.9, 0.8]], [[0.5, 0.9]], np.array("1999-01-01", dtype="datetime64[D]"),
]  # fmt: skip
odd = st.sampled_from(range(len(ODD))).map(lambda place: ODD[place])

MONTHS, ENDED, COVARIATES = drawn(120)
WHOLE = np.ceil(MONTHS)
CURVE = KaplanMeier().fit(MONTHS, ENDED)
WEIBULL = WeibullLeaving().fit(MONTHS, ENDED, covariates=COVARIATES)
TREES = BoostedHazard(rounds=3).fit(WHOLE, ENDED, covariates=COVARIATES)
TWO = {name: column[:2] for name, column in COVARIATES.items()}

# what can be asked, with a question that makes sense
QUESTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "level": (lambda level: KaplanMeier(level=level).fit(MONTHS, ENDED).low_, {"level": 0.9}),
    "curve": (lambda months, ended: KaplanMeier().fit(months, ended).survival_, {"months": [3, 4], "ended": [1, 0]}),
    "on the curve": (CURVE.survival, {"months": [1, 5]}),
    "its interval": (CURVE.survival_interval, {"months": [1, 5]}),
    "Weibull": (WEIBULL.survival, {"ahead": 3, "age": [1, 2], "covariates": TWO}),
    "Weibull's median": (WEIBULL.median, {"covariates": TWO}),
    "trees": (TREES.survival, {"ahead": 3, "age": [1, 2], "covariates": TWO}),
    "a hazard": (TREES.hazard, {"age": [1, 2], "covariates": TWO}),
    "months": (lambda survival, discount: commitment_of(survival, discount=discount),
               {"survival": [[0.9, 0.8]], "discount": 0.1}),
    "concordance": (concordance_of, {"expected": [1, 2, 3], "months": [1, 2, 3], "ended": [1, 1, 0]}),
    "groups": (lambda expected, months, ended, after, groups: [
        (group.expected, group.seen, group.low, group.high)
        for group in calibration_of(expected, months, ended, after=after, groups=groups)
    ], {"expected": [0.1, 0.2, 0.3], "months": [1, 2, 3], "ended": [1, 1, 0], "after": 1, "groups": 1}),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
class TestQuestion:
    def test_that_makes_sense_is_answered(self, question: str) -> None:
        ask, told = QUESTIONS[question]
        assert np.isfinite(np.array(ask(**told), dtype=np.float64)).all()

    @settings(max_examples=120)
    @given(data=st.data())
    def test_of_any_kind_is_answered_in_numbers_or_refused(self, question: str, data: st.DataObject) -> None:
        ask, sensible = QUESTIONS[question]
        told = {name: data.draw(st.one_of(st.just(one), odd), label=name) for name, one in sensible.items()}
        with suppress(DangolError), np.errstate(all="ignore"):
            assert np.isfinite(np.array(ask(**told), dtype=np.float64)).all()


class TestFit:
    @settings(max_examples=40)
    @given(model=st.sampled_from([WeibullLeaving, BoostedHazard]), data=st.data())
    def test_of_anything_is_finite_or_refused(self, model: Any, data: st.DataObject) -> None:
        columns: dict[str, Any] = {"months": WHOLE, "ended": ENDED, "covariates": COVARIATES}
        name = data.draw(st.sampled_from(sorted(columns)), label="spoilt")
        value = data.draw(odd, label=name)
        if name != "covariates" and data.draw(st.booleans(), label="one only"):
            value = [*columns[name][:-1], value]
        columns[name] = value
        with suppress(DangolError), np.errstate(all="ignore"):
            fitted = model().fit(**columns)
            covariates = TWO if fitted.covariates_ else None
            assert np.isfinite(fitted.survival(5, [1, 2], covariates=covariates)).all()

    @pytest.mark.parametrize(
        "told", [{"rounds": 0}, {"rounds": "many"}, {"leaves": 1.5}, {"learning_rate": np.nan}, {"seed": -1}]
    )
    def test_knows_no_settings_that_grow_no_trees(self, told: dict[str, Any]) -> None:
        with pytest.raises(BadParameters, match=next(iter(told))):
            BoostedHazard(**told)
