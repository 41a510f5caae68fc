"""Regression: equal to what can be reckoned by hand or was published, and refusing what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.regression import nice, regress

# Anscombe (1973), the first picture: y = 3.00 + 0.500 x, R² 0.667
X = np.array([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
Y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])


def test_anscombes_line_with_errors_by_the_formula_of_hc3() -> None:
    x, y = np.tile(X, 2), np.tile(Y, 2) + 0.001 * np.arange(22)
    term = (fit := regress(y, {"x": x}, {}, steps={"x": 1.0})).terms[0]
    assert fit.kind == "linear"
    assert (term.effect.value, fit.told) == pytest.approx((0.500, 0.667), abs=2e-3)
    design = np.column_stack([np.ones(22), x])
    bread = np.linalg.inv(design.T @ design)
    off = y - design @ (bread @ design.T @ y)
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    middle = design.T @ (design * ((off / (1 - leverage)) ** 2)[:, None])
    error = float(np.sqrt((bread @ middle @ bread)[1, 1]))
    assert (term.effect.high - term.effect.low) / 2 == pytest.approx(2.0859634 * error, rel=1e-6)  # t, 20 degrees


def test_ten_more_is_ten_times_one_more() -> None:
    x, y = np.tile(X, 3), np.tile(Y, 3)
    one, ten = (regress(y, {"x": x}, {}, steps={"x": step}).terms[0] for step in (1.0, 10.0))
    assert ten.effect.value == pytest.approx(10 * one.effect.value) and ten.p == pytest.approx(one.p)


def test_odds_of_two_words_are_the_cross_ratio_of_their_table() -> None:
    """30 of 50 against 18 of 60: odds (30/20) ÷ (18/42) = 3.5; told as 30 points of a hundred more."""
    words, yes = ["b"] * 50 + ["a"] * 60, [1.0] * 30 + [0.0] * 20 + [1.0] * 18 + [0.0] * 42
    term = (fit := regress(yes, {}, {"w": words}, yes=True)).terms[0]
    assert fit.kind == "logistic" and (term.word, term.against) == ("b", "a")
    assert term.odds is not None and term.odds.value == pytest.approx(3.5)
    assert term.effect.value == pytest.approx(0.30, abs=0.03)


def test_counts_of_two_words_are_the_ratio_of_their_means() -> None:
    draw = np.random.default_rng(1)
    a, b = draw.poisson(4, 80), draw.poisson(6, 70)
    fit = regress(np.append(a, b), {}, {"w": ["a"] * 80 + ["b"] * 70})
    assert fit.kind == "poisson" and fit.terms[0].effect.value == pytest.approx(b.mean() / a.mean())


def test_counts_that_scatter_more_than_chance_are_fitted_as_such() -> None:
    draw = np.random.default_rng(2)
    fit = regress(draw.poisson(draw.gamma(1, 4, 200)), {"x": draw.normal(size=200)}, {})
    assert fit.kind == "negative_binomial"
    assert not next(check for check in fit.checks if check.code == "scatter").fine


def test_rare_words_are_put_together_and_the_most_frequent_is_held_against() -> None:
    draw = np.random.default_rng(3)
    words = ["a"] * 60 + ["b"] * 40 + ["c"] * 7 + ["d"] * 6
    fit = regress(draw.normal(size=113), {}, {"w": words})
    assert [(term.word, term.against) for term in fit.terms] == [("b", "a"), ("", "a")]


DRAW = np.random.default_rng(4)
SOME = DRAW.normal(size=60)


@pytest.mark.parametrize(
    ("outcome", "numbers", "yes", "code"),
    [
        (SOME[:15], {"x": SOME[:15]}, False, "few"), (np.ones(60), {"x": SOME}, False, "all_equal"),
        (SOME, {"x": np.ones(60)}, False, "nothing_differs"),
        (SOME, {"x": SOME**2, "y": 3 * SOME**2 + 1}, False, "alike"),
        ((SOME > 0).astype(float), {"x": SOME}, True, "decides_alone"),
        (np.arange(60) == 5, {"x": SOME}, True, "few_each"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_fitted(
    outcome: np.ndarray, numbers: dict[str, np.ndarray], yes: bool, code: str
) -> None:
    with pytest.raises(CannotSay) as refused:
        regress(outcome, numbers, {}, yes=yes)
    assert refused.value.code == code


@pytest.mark.parametrize(("spread", "step"), [(3.2, 2), (0.7, 0.5), (48_000, 20_000), (10, 10), (0, 1)])
def test_steps_are_round(spread: float, step: float) -> None:
    assert nice(spread) == pytest.approx(step)


def test_few_of_a_further_word_are_left_out_and_not_held_against_as_the_most_frequent() -> None:
    draw = np.random.default_rng(8)
    words = ["a"] * 12 + ["b"] * 11 + ["c"] * 9
    fit = regress(np.repeat([10.5, 20.5, 1000.5], [12, 11, 9]) + draw.normal(0, 0.1, 32), {}, {"w": words})
    (term,) = fit.terms
    assert (term.word, term.against, term.effect.value) == ("b", "a", pytest.approx(10, abs=0.2))
    left = next(check for check in fit.checks if check.code == "left_out")
    assert (fit.n, left.fine, left.found) == (23, False, {"customers": 9, "choices": 1})


def test_every_customer_stays_where_each_word_has_enough() -> None:
    fit = regress(np.arange(40.0) + 0.5, {}, {"w": ["a"] * 20 + ["b"] * 20})
    assert next(check for check in fit.checks if check.code == "left_out").fine and fit.n == 40
