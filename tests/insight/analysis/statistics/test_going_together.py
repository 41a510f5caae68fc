"""Two things that go together, or do not: published figures, and what is said of what deceives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.going_together import choices_together, number_by_choice, numbers_together
from dangol.insight.analysis.statistics.holm import holm

# Anscombe (1973), "Graphs in statistical analysis", The American Statistician 27
X = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
Y1 = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
Y2 = (9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74)
X4 = (8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8)
Y4 = (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89)


def checks(found: object) -> dict[str, bool]:
    return {check.code: check.fine for check in found.checks}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("x", "y"), [(X, Y1), (X, Y2), (X4, Y4)])
def test_anscombes_pictures_have_one_correlation(x: tuple[float, ...], y: tuple[float, ...]) -> None:
    pearson = numbers_together(x, y).beside[0]
    assert pearson.estimate is not None
    assert pearson.estimate.value == pytest.approx(0.816, abs=1e-3)
    assert pearson.p == pytest.approx(0.0022, abs=1e-4)


def test_what_deceives_in_anscombes_pictures_is_said() -> None:
    assert all(fine for code, fine in checks(numbers_together(X, Y1)).items() if code != "size")
    told = checks(numbers_together(X4, Y4))
    assert not told["leans"] and not told["ties"] and not told["straight"]


def test_fishers_lady_tasting_tea_is_too_few_for_us_and_exact_where_she_goes_on() -> None:
    """Three of four cups of each told right: 17 of 70 one-sided (Fisher 1935), 34 of 70 on both; eight cups are few."""
    poured, told = ["milk"] * 4 + ["tea"] * 4, ["milk"] * 3 + ["tea"] + ["milk"] + ["tea"] * 3
    assert stats.fisher_exact([[3, 1], [1, 3]]).pvalue == pytest.approx(34 / 70)
    with pytest.raises(CannotSay):
        choices_together(poured, told)
    found = choices_together([*poured, "milk", "tea"], [*told, "milk", "tea"])
    assert found.method == "fisher"
    assert found.p == pytest.approx(stats.fisher_exact([[4, 1], [1, 4]]).pvalue)


def test_cramers_v_of_hair_and_eyes_is_the_one_published() -> None:
    """HairEyeColor (Snee 1974): chi-squared 138.2898, 9 degrees of freedom, Cramér's V 0.279 (Friendly 2000)."""
    table = np.array([[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]])
    hair, eyes = np.indices(table.shape)
    found = choices_together(
        [str(one) for one in np.repeat(hair.ravel(), table.ravel())],
        [str(one) for one in np.repeat(eyes.ravel(), table.ravel())],
    )
    assert found.strength.value == pytest.approx(0.279, abs=5e-4)
    assert found.strength.low == pytest.approx(0.23, abs=0.01) and 0.31 <= found.strength.high <= 0.33
    assert found.p < 1e-20 and found.table == tuple(map(tuple, table.tolist()))


def test_a_larger_table_of_few_is_dealt_anew() -> None:
    first = ["a"] * 6 + ["b"] * 6 + ["c"] * 6
    found = choices_together(first, first[1:] + first[:1])
    assert found.method == "permutation" and found.p < 0.01


def test_kruskal_and_wallis_of_three_groups() -> None:
    """Hollander and Wolfe (1973), mucociliary efficiency: H = 0.7714, p 0.68; here three times over so as to be
    enough.
    """
    normal, blocked, asbestos = (2.9, 3.0, 2.5, 2.6, 3.2), (3.8, 2.7, 4.0, 2.4), (2.8, 3.4, 3.7, 2.2, 2.0)
    assert stats.kruskal(normal, blocked, asbestos).statistic == pytest.approx(0.7714, abs=1e-4)
    values = np.array((*normal, *blocked, *asbestos) * 3)
    found = number_by_choice(values, (["n"] * 5 + ["b"] * 4 + ["a"] * 5) * 3)
    expected = stats.kruskal(normal * 3, blocked * 3, asbestos * 3)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.strength.value == pytest.approx(expected.statistic / 41)


def test_choices_of_few_are_left_out_and_said() -> None:
    found = number_by_choice(np.arange(53.0), ["a"] * 25 + ["b"] * 25 + ["c"] * 3)
    assert [name for name, _side in found.groups] == ["b", "a"] and not checks(found)["left_out"]


@pytest.mark.parametrize("values", [[1.0] * 30, [1.0] * 5])
def test_refuses_numbers_that_do_not_differ_or_are_few(values: list[float]) -> None:
    with pytest.raises(CannotSay):
        numbers_together(values, np.arange(len(values)))


def test_refuses_one_word_of_all() -> None:
    with pytest.raises(CannotSay):
        choices_together(["a"] * 30, ["x", "y"] * 15)


def test_two_things_that_have_nothing_to_do_with_each_other_are_called_so() -> None:
    """Of 600 pairs of a choice of three and one of two, about 5 in a hundred are called unlikely."""
    draw, called = np.random.default_rng(8), 0
    for _ in range(600):
        table = np.bincount(draw.integers(0, 3, 90) * 2 + draw.integers(0, 2, 90), minlength=6).reshape(3, 2)
        called += stats.chi2_contingency(table, correction=False).pvalue <= 0.05
    assert 0.03 <= called / 600 <= 0.07


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_chances_are_never_smaller_and_keep_their_order(chances: list[float]) -> None:
    adjusted = holm(chances)
    assert all(one >= chance for one, chance in zip(adjusted, chances, strict=True)) and max(adjusted) <= 1
    assert [adjusted[at] for at in sorted(range(len(chances)), key=lambda at: chances[at])] == sorted(adjusted)


def test_holms_chances_are_those_of_r() -> None:
    """p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"): 0.03 0.06 0.06 0.02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
