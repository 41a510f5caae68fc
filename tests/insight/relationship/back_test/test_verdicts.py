"""One word for an interval, and for the groups beside it."""

from __future__ import annotations

import pytest

from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.back_test.verdicts import (
    Apart,
    Verdict,
    apart,
    in_sum,
    off,
    put_together,
    too_many,
    with_groups,
)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.95, 1.05, Verdict.RIGHT), (0.92, 0.98, Verdict.RIGHT), (0.8, 1.2, Verdict.RIGHT),
        (0.85, 0.95, Verdict.HOPEFUL), (0.0, 0.2, Verdict.HOPEFUL), (1.05, 1.3, Verdict.GLOOMY),
        (0.4, 1.3, Verdict.OPEN), (0.9, 1.6, Verdict.OPEN),
    ],
)  # fmt: skip
def test_of_a_sum_goes_by_its_interval(low: float, high: float, verdict: Verdict) -> None:
    assert in_sum(Span((low + high) / 2, low, high)) is verdict


def test_is_open_where_nothing_was_said() -> None:
    assert in_sum(None) is Verdict.OPEN


@pytest.mark.parametrize(("outside", "among", "many"), [(0, 10, False), (2, 10, False), (3, 10, True), (1, 1, False)])
def test_more_groups_outside_than_chance_brings_are_too_many(outside: int, among: int, many: bool) -> None:
    assert too_many(outside, among) is many


def test_groups_take_back_a_good_word_and_no_bad_one() -> None:
    off = [True] * 4 + [False] * 6
    assert with_groups(Verdict.RIGHT, off) is Verdict.UNEVEN
    assert with_groups(Verdict.HOPEFUL, off) is Verdict.HOPEFUL
    assert with_groups(Verdict.RIGHT, [False] * 10) is Verdict.RIGHT


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.4, 0.7, Apart.TOO_FAR), (0.8, 1.1, Apart.RIGHT), (0.82, 0.97, Apart.RIGHT), (1.2, 1.4, Apart.TOO_NEAR)],
)
def test_of_a_slope_says_whether_chances_lie_too_far_apart(low: float, high: float, found: Apart) -> None:
    assert apart(Span((low + high) / 2, low, high)) is found
    assert apart(None) is Apart.OPEN


def test_a_group_is_off_by_more_than_chance_and_more_than_a_tenth() -> None:
    assert off(Span(0.7, 0.6, 0.78), 0.9)
    assert not off(Span(0.7, 0.6, 0.92), 0.9)
    assert not off(Span(0.87, 0.86, 0.88), 0.9)
    assert off(Span(0.1, 0.05, 0.2), 0.0)
    assert not off(Span(0.02, 0.015, 0.025), 0.03)
    assert off(Span(0.02, 0.015, 0.025), 0.03, whole=0.3)


@pytest.mark.parametrize(
    ("of", "together"),
    [
        ((Verdict.RIGHT, Verdict.RIGHT, Apart.RIGHT, Verdict.RIGHT), Verdict.RIGHT),
        ((Verdict.RIGHT, Verdict.OPEN, Apart.OPEN, Verdict.OPEN), Verdict.RIGHT),
        ((Verdict.RIGHT, Verdict.RIGHT, Apart.TOO_FAR, Verdict.RIGHT), Verdict.UNEVEN),
        ((Verdict.RIGHT, Verdict.HOPEFUL, Apart.RIGHT, Verdict.RIGHT), Verdict.UNEVEN),
        ((Verdict.UNEVEN, Verdict.RIGHT, Apart.RIGHT, Verdict.RIGHT), Verdict.UNEVEN),
        ((Verdict.RIGHT, Verdict.RIGHT, Apart.RIGHT, Verdict.GLOOMY), Verdict.GLOOMY),
        ((Verdict.HOPEFUL, Verdict.RIGHT, Apart.RIGHT, Verdict.GLOOMY), Verdict.HOPEFUL),
        ((Verdict.OPEN, Verdict.RIGHT, Apart.RIGHT, Verdict.RIGHT), Verdict.OPEN),
    ],
)
def test_commitment_has_the_first_word_and_no_other_makes_it_better(
    of: tuple[Verdict, Verdict, Apart, Verdict], together: Verdict
) -> None:
    assert put_together(*of) is together
