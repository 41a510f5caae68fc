"""Who is moved where: A to B, C to D, up along the line; never against the customer, never farther from the line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.relationship.fair_line import region
from dangol.insight.relationship.positioning.learning import Expected, Shift
from dangol.insight.relationship.positioning.moves import MOST_SCALE, Option, moves, scale
from dangol.insight.relationship.positioning.people import Line, People

SCALE = FrozenScale().fit(np.arange(0.0, 1001.0))
POINTS = FrozenScale().fit(np.linspace(0.0, 100.0, 1001))
LINE = Line(15.0, (1.0, 1.0, 1.0), {"economic_value": SCALE, "equity": SCALE, "customer_value": POINTS})
SELL, CARE = "transactional", "care"


def people(value: list[float], equity: list[float]) -> People:
    """Customers at these points; their money is ten times the rank."""
    points, worth = np.array(value, float), np.array(equity, float)
    told = {
        "customer_value": points, "customer_equity": worth, "economic_value": points * 10, "equity": worth * 10,
        "potential": worth * 20, "economic_rank": points, "social_rank": points, "cost_rank": 100 - points,
    }  # fmt: skip
    return People(np.arange(len(value)), region(points, worth, LINE.tolerance), told)


def option(bond: str, company: float = 10.0, customer: float = 10.0) -> Option:
    sides = (Shift(money, money - 5, money + 5) for money in (company, customer))
    return Option(bond, 5, Expected(*sides))


class TestMoves:
    def test_sell_to_region_one_and_care_for_region_two(self) -> None:
        found = moves(people([90, 10, 50], [10, 90, 50]), [option(SELL, customer=0), option(CARE, company=0)], LINE)
        assert found.allowed.tolist() == [[True, False], [False, True], [False, False]]

    def test_move_who_is_in_balance_by_what_adds_to_both_sides(self) -> None:
        found = moves(people([50], [50]), [option(SELL, 5, 5), option(CARE, 5, 5), option(CARE, -5, 5)], LINE)
        assert found.allowed.tolist() == [[True, True, False]]

    def test_leave_alone_whose_place_is_not_known(self) -> None:
        found = moves(people([np.nan, 90], [50, np.nan]), [option(SELL), option(CARE)], LINE)
        assert not found.allowed.any()

    def test_care_for_who_gives_more_although_no_gain_of_theirs_can_be_placed(self) -> None:
        who = people([10, 10], [90, 90])
        who.told["economic_value"][0] = np.nan  # type: ignore[index]
        found = moves(who, [option(CARE, 10, 20), option(CARE, 20, 10)], LINE)
        assert found.allowed.tolist()[0] == [True, False]  # by money: they gain more than the company does

    def test_take_nothing_from_the_customer(self) -> None:
        found = moves(people([90, 10, 50], [10, 90, 50]), [option(SELL, customer=-1), option(CARE, customer=-1)], LINE)
        assert not found.allowed.any()

    @given(
        st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=20),
        st.floats(-300, 300), st.floats(-300, 300),
    )  # fmt: skip
    def test_leave_nobody_farther_from_the_line(
        self, places: list[tuple[int, int]], company: float, customer: float
    ) -> None:
        who = people([place[0] for place in places], [place[1] for place in places])
        found = moves(who, [option(SELL, company, customer), option(CARE, company, customer)], LINE)
        before = LINE.unfairness(who["customer_value"], who["customer_equity"])
        for at in range(2):
            sides = (np.array(side[:, at], np.float64) for side in (found.company, found.customer))
            ours, theirs = sides
            after = LINE.unfairness(*LINE.moved(who, company=ours, customer=theirs))
            assert (after[found.allowed[:, at]] <= before[found.allowed[:, at]] + 0.2).all()
            assert (found.customer[found.allowed[:, at], at] >= 0).all()


class TestScale:
    def test_of_selling_follows_what_they_will_buy_and_of_caring_what_would_be_lost(self) -> None:
        who = people([50, 50], [20, 60])
        who.told["potential"][:] = [1000, 700]  # type: ignore[index]
        assert scale(who, SELL).tolist() == pytest.approx([0.5, 1.5])
        assert scale(who, CARE).tolist() == pytest.approx([800 / 450, 100 / 450])

    def test_is_capped(self) -> None:
        assert scale(people([50] * 50, [1] * 49 + [99]), SELL).max() == MOST_SCALE

    def test_expects_nothing_of_who_never_bought(self) -> None:
        assert scale(people([50, 50], [50, np.nan]), SELL).tolist() == [1, 0]


class TestMoved:
    def test_leaves_the_rank_where_the_money_is_not_known(self) -> None:
        who = people([40], [60])
        who.told["economic_value"][:] = np.nan  # type: ignore[index]
        value, equity = LINE.moved(who, company=np.array([100.0]), customer=np.array([100.0]))
        assert value.tolist() == [40]
        assert equity.tolist() == pytest.approx([70], abs=0.2)
