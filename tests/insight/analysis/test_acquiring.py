"""What winning, keeping and winning back cost: from the entry to the numbers, by hand; measured stands apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dangol.insight.analysis.acquiring import brought, costs_of
from dangol.insight.warehouse.cube import Question, answered
from dangol.insight.warehouse.queries import Lake, lake
from dangol.insight.warehouse.refresh import behind, refresh
from dangol.records.ledger.costs import Spent, spend, take_back
from dangol.records.ledger.models import Cost
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.records import people, sell
from tests.records.staff.office import staff

AT = datetime(2026, 9, 28, tzinfo=UTC)
TODAY = date(2026, 9, 28)
YEAR_BEFORE = AT - timedelta(days=400)


@pytest.fixture
def lake_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DANGOL_LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture
def by() -> User:
    return staff(Role.OWNER)


def spent(by: User, purpose: str, channel: str, amount: int, since: date = TODAY, until: date = TODAY) -> None:
    told = Spent(purpose, channel, since, until, amount)
    spend(told, currency="KRW", zone="Asia/Seoul", by=by, today=TODAY, at=AT)


def business(by: User) -> Lake:
    """Two won in September, one of them kept; one of long ago kept in it, one of long ago back in it."""
    new, newer, stayed, back = people(4)
    september = datetime(2026, 9, 3, 3, tzinfo=UTC)
    sell(new, september, 5000)
    sell(newer, september, 5000)
    sell(newer, september + timedelta(days=9), 4000)
    sell(stayed, AT - timedelta(days=90), 3000)
    sell(stayed, september, 3000, coupon_discount=300)
    sell(back, YEAR_BEFORE, 2000)
    sell(back, september, 2000)
    spent(by, "win", "검색광고", 61_000, date(2026, 8, 1), date(2026, 9, 30))  # 31 days of August, 30 of September
    spent(by, "win", "전단", 10_000)
    spent(by, "keep", "문자", 6_000)
    spent(by, "joint", "대행사", 90_000)
    refresh(at=AT)
    return lake()


SEPTEMBER = {"since": date(2026, 9, 1), "until": date(2026, 10, 1)}


@pytest.mark.django_db
class TestCosts:
    def test_are_those_entered_by_channel_and_purpose(self, lake_folder: Path, by: User) -> None:
        found = costs_of(business(by), **SEPTEMBER, scope=None)
        assert [(one.name, one.win, one.keep, one.win_back, one.joint, one.total) for one in found.channels] == [
            ("대행사", 0, 0, 0, 90_000, 90_000), ("검색광고", 30_000, 0, 0, 0, 30_000),
            ("전단", 10_000, 0, 0, 0, 10_000), ("문자", 0, 6_000, 0, 0, 6_000),
        ]  # fmt: skip
        assert (found.total.win, found.total.joint, found.total.total) == (40_000, 90_000, 136_000)

    def test_are_divided_by_those_who_came_and_are_not_known_where_nothing_was_entered(
        self, lake_folder: Path, by: User
    ) -> None:
        found = costs_of(business(by), **SEPTEMBER, scope=None)
        win, keep, back = found.sides
        assert (win.customers, win.spent_each, win.all_each) == (2, 20_000, 20_000)
        # Kept are the one who came twice, the one of three months ago, and the one who was away for a year.
        assert (keep.customers, keep.given, keep.spent_each, keep.all_each) == (3, 300, 2_000, 2_100)
        assert (back.customers, back.spent, back.spent_each, back.all_each) == (1, 0, None, None)
        assert found.times_as_dear("win") == pytest.approx(20_000 / 2_100)
        assert found.times_as_dear("win_back") is None

    def test_are_those_the_cube_tells(self, lake_folder: Path, by: User) -> None:
        found = costs_of(business(by), **SEPTEMBER, scope=None)
        told = answered(lake(), Question(("spent_to_win",), ("cost_channel",), totals=True, **SEPTEMBER), scope=None)
        assert {row[0]: row[1] for row in told.rows} == {None: found.total.win} | {
            one.name: one.win for one in found.channels
        }
        (row,) = answered(lake(), Question(("outlay_per_kept", "spent_per_won_back"), **SEPTEMBER), scope=None).rows
        assert row == [found.side("keep").all_each, None]

    def test_count_until_they_are_taken_back_and_a_refresh_equals_a_new_warehouse(
        self, lake_folder: Path, by: User
    ) -> None:
        business(by)
        assert not behind("ledger_cost", "ledger_costtakenback")
        take_back(Cost.objects.get(channel="전단"), by=by, at=AT)
        take_back(Cost.objects.filter(channel="검색광고").latest("since"), by=by, at=AT)
        assert behind("ledger_cost", "ledger_costtakenback")
        refresh(at=AT)
        after = costs_of(lake(), **SEPTEMBER, scope=None)
        assert [one.name for one in after.channels] == ["대행사", "문자"]
        assert costs_of(lake(), since=None, until=None, scope=None).total.win == 0  # August's part went along
        refresh(at=AT, rebuild=True)
        assert costs_of(lake(), **SEPTEMBER, scope=None).sides == after.sides

    def test_are_not_seen_by_whoever_sees_a_part_of_the_customers(self, lake_folder: Path, by: User) -> None:
        found = costs_of(business(by), **SEPTEMBER, scope=Scope(frozenset({"D1"})))
        assert found.total.total == 0
        assert [one.all_each for one in found.sides] == [None, None, None]

    def test_of_nothing_are_nothing(self, lake_folder: Path) -> None:
        refresh(at=AT)
        found = costs_of(lake(), since=None, until=None, scope=None)
        assert (found.channels, found.total.total) == ([], 0)


class TestBrought:
    def test_compares_the_shares_that_bought(self) -> None:
        """The first example of Newcombe (1998), table II: 56 of 70 against 48 of 80, method 10."""
        found = brought(14_000, treated=70, bought=56, held_out=80, bought_held_out=48)
        assert found is not None
        assert (found.more, found.each) == (pytest.approx(14), pytest.approx(1000))
        assert [found.more_low / 70, found.more_high / 70] == pytest.approx([0.0524, 0.3339], abs=5e-5)
        assert [found.each_low, found.each_high] == pytest.approx([14_000 / found.more_high, 14_000 / found.more_low])

    def test_tells_no_cost_of_each_where_it_may_have_brought_nobody(self) -> None:
        found = brought(100_000, treated=100, bought=12, held_out=100, bought_held_out=10)
        assert found is not None
        assert found.more == pytest.approx(2)
        assert (found.each, found.each_low, found.each_high) == (None, None, None)

    def test_tells_nothing_without_somebody_in_both_arms(self) -> None:
        assert brought(1, treated=0, bought=0, held_out=5, bought_held_out=1) is None
        assert brought(1, treated=5, bought=1, held_out=0, bought_held_out=0) is None

    @given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 10**9))
    def test_lies_within_its_interval(self, treated: int, bought: int, held: int, bought_held: int, cost: int) -> None:
        assume(bought <= treated and bought_held <= held)
        found = brought(cost, treated=treated, bought=bought, held_out=held, bought_held_out=bought_held)
        assert found is not None
        assert found.more_low <= found.more + 1e-9
        assert found.more <= found.more_high + 1e-9
        if found.each is not None and found.each_low is not None and found.each_high is not None:
            assert 0 < found.each_low <= found.each * (1 + 1e-9)
            assert found.each <= found.each_high * (1 + 1e-9)
