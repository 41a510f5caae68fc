"""Kinds of customers by rules: standing, what they come for, names of groups."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.groups.naming import codes
from dangol.insight.analysis.groups.sensitivity import split
from dangol.insight.analysis.groups.standing import Bought, long_standing, standings, top
from dangol.insight.analysis.groups.words import group_name

NAN = float("nan")


def bought(*rows: tuple[float, float, float, float]) -> Bought:
    """Days since the first and the last purchase, purchases, revenue of the year."""
    return Bought(*np.array(rows, float).T)


class TestStanding:
    @pytest.mark.parametrize(
        ("row", "standing"),
        [
            ((NAN, NAN, 0, 0), "prospective"),  # never bought
            ((20, 10, 2, 500), "prospective"),  # new
            ((800, 365, 9, 0), "stopped"),
            ((800, 364, 2, 10), "steady"),  # two purchases make no rhythm
            ((400, 200, 21, 500), "leaving"),  # every ten days, silent for two hundred
            ((400, 31, 37, 500), "leaving"),  # 10.25 days each: 31 > 30.75
            ((400, 30, 38, 500), "steady"),  # ten days each, silent for thirty: not longer than a month
            ((400, 5, 10, 99_000), "best"),
        ],
    )
    def test_follows_the_rules_that_the_page_tells(self, row: tuple[float, float, float, float], standing: str) -> None:
        others = [(400.0, 1.0, 50.0, 1_000.0)] * 5
        assert standings(bought(row, *others))[0] == standing

    def test_calls_nobody_best_who_is_leaving(self) -> None:
        found = standings(bought((400, 200, 21, 99_000), *[(400, 1, 50, 1_000)] * 3, (400, 1, 50, 2_000)))
        assert found.tolist() == ["leaving", "steady", "steady", "steady", "best"]

    def test_long_standing_first_bought_a_year_ago_and_still_do(self) -> None:
        marks = long_standing(bought((365, 3, 40, 1), (364, 3, 40, 1), (800, 365, 3, 0), (400, 200, 21, 1)))
        assert marks.tolist() == [True, False, False, False]


class TestTop:
    @given(st.lists(st.integers(-3, 6), max_size=30))
    def test_takes_those_than_whom_few_have_more(self, values: list[int]) -> None:
        marks = top(np.array(values, float), 0.2)
        for value, marked in zip(values, marks, strict=True):
            more = sum(other > value for other in values)
            assert marked == (more < 0.2 * len(values) and value > 0)


class TestSplit:
    def test_says_who_buys_with_discounts_more_or_less_often_than_chance(self) -> None:
        purchases = np.array([40.0, 40, 40, 4, 0, 40])
        off = np.array([38.0, 2, 20, 4, 0, 2])
        found = split(purchases, off, np.array([True, True, True, True, True, False]))
        assert found.told
        assert found.texts.tolist() == ["price", "relationship", "between", "too_few", "", "between"]

    @pytest.mark.parametrize("off", [0.0, 30.0])
    def test_says_nothing_where_discounts_tell_nobody_apart(self, off: float) -> None:
        found = split(np.full(3, 30.0), np.full(3, off), np.ones(3, bool))
        assert not found.told
        assert set(found.texts) == {""}

    def test_says_nothing_where_nobody_bought(self) -> None:
        assert split(np.zeros(3), np.zeros(3), np.ones(3, bool)).share is None

    def test_hardly_ever_tells_customers_apart_who_differ_by_chance_alone(self) -> None:
        draw = np.random.default_rng(0)
        purchases = draw.integers(5, 60, 5_000).astype(float)
        found = split(purchases, draw.binomial(purchases.astype(int), 0.4).astype(float), np.ones(5_000, bool))
        assert np.mean(found.texts == "price") < 0.04
        assert np.mean(found.texts == "relationship") < 0.04


class TestNames:
    def test_are_made_of_what_sets_groups_apart(self) -> None:
        profile = np.array([[-0.8, 0.9, -0.7, 0.1], [0.9, -0.8, 0.1, 0.9], [0.1, 0.0, 0.2, -0.1]])
        found = codes(profile, ("recency", "frequency", "basket", "discount"))
        assert found == ["often-lately-small", "seldom-silent-discounts", "middle"]
        with override("en"):
            assert group_name(found[0]) == "often and lately, small baskets"
            assert group_name(found[1]) == "seldom and not of late, mostly with discounts"
        with override("ko"):
            assert group_name(found[0]) == "최근까지 자주, 한 번에 조금"

    @given(st.lists(st.lists(st.floats(-3, 3), min_size=4, max_size=4), min_size=2, max_size=6))
    def test_are_never_shared(self, rows: list[list[float]]) -> None:
        found = codes(np.array(rows), ("recency", "frequency", "basket", "discount"))
        assert len(set(found)) == len(rows)
        assert all(len(code) <= 40 for code in found)
        assert len({group_name(code) for code in found}) == len(rows)
