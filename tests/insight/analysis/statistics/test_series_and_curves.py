"""Months to come judged on months held back, and curves by group as published."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.statistics.curves import curves_by, log_rank
from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.series import foresee

MONTHS = np.arange(48)
NOISE = np.random.default_rng(0).normal(0, 2, 48)
SEASONS = 100 + MONTHS + 20 * np.sin(2 * np.pi * MONTHS / 12) + NOISE


def test_trend_and_seasons_that_are_there_are_found_and_foreseen_better_than_a_guess() -> None:
    found = foresee(SEASONS, ahead=6, first_month=0)
    assert found.change == pytest.approx(12, abs=3) and found.strength > 0.9
    assert (found.highest, found.lowest) == (3, 9)
    assert found.judged.taken == "smoothing" and found.judged.held == 6
    assert found.judged.errors["smoothing"] < min(found.judged.errors["month"], found.judged.errors["year"])
    truth = 100 + np.arange(48, 54) + 20 * np.sin(2 * np.pi * np.arange(48, 54) / 12)
    assert all(one.low - 2 <= real <= one.high + 2 for one, real in zip(found.ahead, truth, strict=True))


def test_the_same_as_the_year_before_is_said_where_nothing_foresees_better() -> None:
    year = np.random.default_rng(5).normal(100, 30, 12)
    found = foresee(np.tile(year, 4))
    assert found.judged.errors["year"] == 0 and found.judged.taken == "year"
    assert [one.value for one in found.ahead] == pytest.approx(year[:6])


def test_of_two_years_the_guesses_alone_are_judged() -> None:
    found = foresee(SEASONS[:25])
    assert set(found.judged.errors) == {"month", "year"} and found.judged.held == 6
    assert len(found.ahead) == 6 and not found.checks[0].fine


def test_where_a_series_begins_does_not_move_its_seasons() -> None:
    assert foresee(SEASONS[5:], first_month=5).highest == 3


@pytest.mark.parametrize(
    ("values", "code"), [(SEASONS[:23], "short"), (np.ones(36), "all_equal"), ([np.nan, *SEASONS], "gap")]
)
def test_refuses_a_series_that_says_nothing_of_seasons(values: np.ndarray, code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        foresee(values)
    assert refused.value.code == code


def test_one_month_out_of_the_common_is_said() -> None:
    bent = SEASONS.copy()
    bent[30] += 80
    jumps = [next(check.fine for check in foresee(one).checks if check.code == "jump") for one in (SEASONS, bent)]
    assert jumps == [True, False]


# weeks in remission, Freireich and others (1963), as in Kalbfleisch and Prentice (2002)
DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
DRUG_ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_remissions_of_leukaemia_differ_as_published() -> None:
    """Chi-squared 16.79 on one degree of freedom, p 4.17e-05; medians 23 and 8 weeks."""
    found = curves_by(DRUG + PLACEBO, DRUG_ENDED + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21)
    assert found.p == pytest.approx(4.17e-05, rel=1e-3)
    assert [(one.name, one.half) for one in found.curves] == [("6-MP", 23), ("placebo", 8)]


def test_three_groups_differ_as_lifelines_says() -> None:
    from lifelines.statistics import multivariate_logrank_test

    draw = np.random.default_rng(7)
    t = np.ceil(np.minimum(draw.exponential(10, 200), 15))
    over, names = t < 15, draw.choice(["a", "b", "c"], 200)
    assert log_rank(t, over, names, np.zeros(200)) == pytest.approx(multivariate_logrank_test(t, names, over).p_value)


def test_who_is_seen_late_is_not_counted_before() -> None:
    """The same lives, of which half are seen only from their third month on, are no reason to call groups different."""
    draw, called = np.random.default_rng(8), 0
    for _ in range(100):
        t, since = draw.exponential(10, 400) + 0.01, np.where(np.arange(400) % 2, 3.0, 0.0)
        seen = t > since
        names = np.where(since[seen] > 0, "late", "early")
        called += log_rank(t[seen], np.ones(seen.sum(), bool), names, since[seen]) <= 0.05
    assert called <= 12


@pytest.mark.parametrize(
    ("ended", "groups", "code"),
    [([0] * 30, ["a"] * 15 + ["b"] * 15, "few_ends"), ([1] * 30, ["a"] * 25 + ["b"] * 5, "few_choices")],
)
def test_refuses_curves_of_too_few(ended: list[int], groups: list[str], code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        curves_by(np.arange(1.0, 31), ended, groups)
    assert refused.value.code == code


def test_intervals_of_a_forecast_hold_what_then_comes_as_often_as_they_say() -> None:
    """Seasons, a trend and errors that follow each other, of two, four and five years: 95 in a hundred, give or take
    what a model of so few months cannot know.
    """
    held = [
        one.low <= then <= one.high
        for months in (25, 48, 60) for seed in range(8)
        for told in [made(months, seed)]
        for one, then in zip(foresee(told[:months], ahead=6).ahead, told[months:], strict=True)
    ]  # fmt: skip
    assert 0.88 <= np.mean(held) <= 0.99, np.mean(held)


def made(months: int, seed: int) -> np.ndarray:
    draw, at, off = np.random.default_rng(seed), np.arange(months + 6), np.zeros(months + 6)
    for month in at:
        off[month] = 0.6 * off[month - 1] + draw.normal(0, 5)
    return 100 + 0.5 * at + 15 * np.sin(2 * np.pi * at / 12) + off


def test_a_group_seen_too_late_is_left_out_and_told_and_the_others_are_compared() -> None:
    """Of the third all who are seen at six months leave, and the others are seen later alone: no curve leads across."""
    months, ended = DRUG + PLACEBO, DRUG_ENDED + [1] * 21
    late = [6.0] * 6 + [9.0] * 6
    names, entered = ["6-MP"] * 21 + ["placebo"] * 21, [0.0] * 42 + [5.0] * 6 + [8.0] * 6
    found = curves_by(months + late, ended + [1] * 12, names + ["late"] * 12, entered=entered)
    alone = curves_by(months, ended, names)
    assert [one.name for one in found.curves] == [one.name for one in alone.curves]
    assert found.p == pytest.approx(alone.p)
    (told,) = [one for one in found.checks if one.code == "late"]
    assert dict(told.found) == {"customers": 12, "choices": 1}
    with pytest.raises(CannotSay, match="no_curve"):
        curves_by(
            DRUG + late,
            DRUG_ENDED + [1] * 12,
            ["6-MP"] * 21 + ["late"] * 12,
            entered=[0.0] * 21 + [5.0] * 6 + [8.0] * 6,
        )
