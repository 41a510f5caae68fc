"""Comparing two groups: equal to published figures, refusing what cannot be said, and right as often as promised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.two_groups import difference_of, permuted_p, welch_p
from dangol.insight.analysis.statistics.two_periods import change_of, change_of_share
from dangol.insight.analysis.statistics.two_shares import difference_of_shares

# hours of sleep gained with two soporifics: Student (1908), "The probable error of a mean", Biometrika 6
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_students_sleep_as_two_groups_is_what_r_prints() -> None:
    """t.test(extra ~ group, sleep): t = -1.8608, p-value = 0.07939, interval -3.3654832 0.2054832."""
    found = difference_of(FIRST, SECOND)
    assert found.p == pytest.approx(0.07939, abs=5e-6)
    assert (found.difference.low, found.difference.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)
    assert (found.first.mean, found.second.mean) == pytest.approx((0.75, 2.33))


def test_students_sleep_of_the_same_ten_is_what_r_prints() -> None:
    """t.test(Pair(extra.1, extra.2) ~ 1): t = -4.0621, df = 9, p-value = 0.002833, interval 0.7001142 2.4598858."""
    found = change_of(FIRST, SECOND)
    assert found.p == pytest.approx(0.002833, abs=5e-7)
    assert (found.difference.low, found.difference.high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


def test_newcombes_own_example_of_two_shares() -> None:
    """56/70 and 48/80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    found = difference_of_shares((56, 70), (48, 80))
    assert (found.difference.low, found.difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found.method == "chi_squared"


def test_few_of_a_kind_are_told_by_fishers_exact_chance() -> None:
    found = difference_of_shares((1, 12), (7, 14))
    assert found.method == "fisher"
    assert found.p == pytest.approx(stats.fisher_exact([[1, 11], [7, 7]]).pvalue)
    assert not next(check for check in found.checks if check.code == "expected").fine


def test_those_who_changed_are_told_by_mcnemars_exact_chance() -> None:
    before = np.repeat([True, True, False, False], [20, 4, 16, 30])
    after = np.repeat([True, False, True, False], [20, 4, 16, 30])
    found = change_of_share(before, after)
    assert found.p == pytest.approx(stats.binomtest(16, 20, 0.5).pvalue)
    assert found.difference.value == pytest.approx(12 / 70)
    assert 0 < found.difference.low < found.difference.value < found.difference.high


def test_one_share_turned_round_is_the_same_difference_turned_round() -> None:
    there, back = difference_of_shares((30, 90), (50, 80)), difference_of_shares((50, 80), (30, 90))
    assert there.p == pytest.approx(back.p)
    assert (there.difference.low, there.difference.high) == pytest.approx((-back.difference.high, -back.difference.low))


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (FIRST[:9], SECOND, "few"), (np.zeros(40), np.zeros(40), "all_equal"),
        (np.append(FIRST[:9], np.nan), SECOND, "few"),
    ],
)  # fmt: skip
def test_refuses_what_the_numbers_cannot_say(first: np.ndarray, second: np.ndarray, code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        difference_of(first, second)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("first", "second", "code"), [((3, 9), (5, 50), "few"), ((0, 40), (0, 50), "nobody"), ((9, 40), (0, 9), "few")]
)
def test_refuses_what_counts_cannot_say(first: tuple[int, int], second: tuple[int, int], code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        difference_of_shares(first, second)
    assert refused.value.code == code


def test_a_long_tail_is_compared_by_ranks_beside_and_said() -> None:
    draw = np.random.default_rng(3)
    a, b = draw.lognormal(0, 1.5, 40), draw.lognormal(0.6, 1.5, 45)
    found = difference_of(a, b)
    assert not next(check for check in found.checks if check.code == "shape").fine
    ranks, dealt = found.beside
    assert ranks.p == pytest.approx(stats.mannwhitneyu(a, b).pvalue)
    assert ranks.estimate is not None and ranks.estimate.low < 0.5 < 1 - ranks.estimate.low
    assert dealt.method == "permutation"


def test_a_group_nearly_empty_beside_the_other_is_said() -> None:
    draw = np.random.default_rng(4)
    found = difference_of(draw.normal(size=12), draw.normal(size=2_000))
    assert found.checks[0].code == "lopsided"


def test_dealing_anew_agrees_with_welch_where_both_hold() -> None:
    draw = np.random.default_rng(5)
    a, b = draw.normal(0, 1, 60), draw.normal(0.45, 2, 80)
    assert permuted_p(a, b, 1) == pytest.approx(welch_p(a, b), abs=0.02)


def test_errs_as_seldom_as_promised_where_there_is_no_difference() -> None:
    """1,000 pairs of unlike spreads and sizes: 5 in a hundred are called unlikely; pooled spreads would call 16."""
    draw = np.random.default_rng(6)
    a, b = draw.normal(0, 4, (1_000, 20)), draw.normal(0, 1, (1_000, 60))
    called = np.mean([welch_p(one, other) <= 0.05 for one, other in zip(a, b, strict=True)])
    assert 0.033 <= called <= 0.067


def test_the_interval_holds_the_true_difference_of_shares_as_often_as_promised() -> None:
    draw, hits = np.random.default_rng(7), 0
    for _ in range(200):
        interval = difference_of_shares((max(int(draw.binomial(60, 0.1)), 1), 60), (int(draw.binomial(80, 0.3)), 80))
        hits += interval.difference.low <= -0.2 <= interval.difference.high
    assert hits / 200 >= 0.91
