"""What was spent on customers: shared out over its months, written once, taken back, never edited."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.lib.bulk import Counted
from dangol.records.changes.models import Change
from dangol.records.ledger.costs import (
    CannotSpend,
    Spent,
    append_costs,
    channels,
    entries,
    how_many,
    parts_of,
    spend,
    spent_on,
    standing,
    take_back,
    wrong,
)
from dangol.records.ledger.models import Cost, CostTakenBack
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))


class TestParts:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(since=days, length=st.integers(0, 365), amount=st.integers(1, 10**15))
    def test_make_the_whole_each_in_a_month_of_its_own(self, since: date, length: int, amount: int) -> None:
        until = since + timedelta(days=length)
        parts = parts_of(since, until, amount)
        assert sum(part.amount for part in parts) == amount
        assert all((one.since.year, one.since.month) == (one.until.year, one.until.month) for one in parts)
        assert len({(one.since.year, one.since.month) for one in parts}) == len(parts)
        for one in parts:  # by days, and never further off than the one unit that cannot be parted
            fair = amount * ((one.until - one.since).days + 1) / (length + 1)
            assert one.amount > 0
            assert abs(one.amount - fair) <= max(1, amount * 1e-12)

    def test_of_one_month_are_the_whole(self) -> None:
        assert [part.amount for part in parts_of(date(2026, 10, 3), date(2026, 10, 31), 1000)] == [1000]

    def test_are_shared_out_by_days(self) -> None:
        parts = parts_of(date(2026, 9, 21), date(2026, 11, 20), 6100)  # 10 + 31 + 20 days
        assert [(one.since.isoformat(), one.until.isoformat(), one.amount) for one in parts] == [
            ("2026-09-21", "2026-09-30", 1000), ("2026-10-01", "2026-10-31", 3100), ("2026-11-01", "2026-11-20", 2000),
        ]  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def by() -> User:
    return staff(Role.OWNER)


def ads(**more: Any) -> Spent:
    usual = {"purpose": "win", "channel": "검색광고", "since": TODAY, "until": TODAY, "amount": 100_000}
    return Spent(**{**usual, **more})


def spent(by: User, *, mark: str = "", **more: Any) -> str:
    return spend(ads(**more), currency="KRW", zone="Asia/Seoul", by=by, today=TODAY, at=AT, mark=mark)


@pytest.mark.django_db
@pytest.mark.store
class TestSpend:
    def test_writes_a_row_a_month_and_tells_the_feed(self, by: User) -> None:
        entry = spent(by, since=date(2026, 10, 1), until=date(2026, 11, 30), amount=61_000, note="가을")
        rows = list(Cost.objects.order_by("since"))
        assert [(one.since, one.until, one.amount) for one in rows] == [
            (date(2026, 10, 1), date(2026, 10, 31), 31_000), (date(2026, 11, 1), date(2026, 11, 30), 30_000),
        ]  # fmt: skip
        assert {(one.entry, one.by, one.entered_at, one.note, one.currency) for one in rows} == {
            (entry, by, AT, "가을", "KRW")
        }
        assert rows[0].at == datetime(2026, 9, 30, 15, tzinfo=UTC)  # where the day begins in Seoul
        (change,) = Change.objects.filter(table="ledger_cost")
        assert (change.first_key, change.last_key) == (rows[0].pk, rows[1].pk)

    def test_writes_one_for_a_form_that_is_sent_twice(self, by: User) -> None:
        assert spent(by, mark="0123456789abcdef") == spent(by, mark="0123456789abcdef")
        assert how_many() == 1

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"amount": 0}, "above 0"),
            ({"amount": 10**15 + 1}, "above 0"),
            ({"channel": "  "}, "Name the channel"),
            ({"channel": "가" * 81}, "Name the channel"),
            ({"purpose": "fun"}, "what it was spent for"),
            ({"until": TODAY - timedelta(days=1)}, "before the first"),
            ({"until": TODAY + timedelta(days=366)}, "more than a year"),
            ({"since": TODAY + timedelta(days=1), "until": TODAY + timedelta(days=1)}, "not begun"),
        ],
    )
    def test_refuses_what_can_be_no_cost(self, by: User, more: dict[str, Any], why: str) -> None:
        assert why in wrong(ads(**more), today=TODAY)
        with pytest.raises(CannotSpend, match=why):
            spent(by, **more)
        assert not Cost.objects.exists()


@pytest.mark.django_db
@pytest.mark.store
class TestTakeBack:
    def test_takes_all_months_of_an_entry_out_and_leaves_them_on_record(self, by: User) -> None:
        spent(by, since=date(2026, 10, 1), until=date(2026, 11, 30))
        spent(by, channel="전단", amount=7)
        (one,) = [entry for entry in entries() if entry.months == 2]
        assert len(take_back(one.cost, by=by, at=AT)) == 2
        assert [(cost.channel, cost.amount) for cost in standing()] == [("전단", 7)]
        assert Cost.objects.count() == 3
        told = CostTakenBack.objects.first()
        assert told is not None
        assert (told.by, told.at) == (by, AT)
        assert Change.objects.filter(table="ledger_costtakenback").count() == 1

    def test_refuses_what_does_not_stand_any_more(self, by: User) -> None:
        spent(by)
        take_back(Cost.objects.get(), by=by, at=AT)
        with pytest.raises(CannotSpend, match="does not stand"):
            take_back(Cost.objects.get(), by=by, at=AT)


@pytest.mark.django_db
@pytest.mark.store
class TestEntries:
    def test_put_months_together_the_last_spent_first(self, by: User) -> None:
        spent(by, since=date(2026, 8, 5), until=date(2026, 10, 4), amount=61)
        spent(by, channel="전단", amount=9)
        found = [(one.cost.channel, one.since.day, one.until.day, one.amount, one.months) for one in entries()]
        assert found == [("전단", 22, 22, 9, 1), ("검색광고", 5, 4, 61, 3)]
        assert [one.cost.channel for one in entries(1, 1)] == ["검색광고"]
        assert (how_many(), channels()) == (2, ["검색광고", "전단"])

    def test_sum_what_stands_on_a_campaign(self, by: User) -> None:
        spent(by, campaign="campaign:7", amount=5)
        spent(by, campaign="가을 우유", amount=6)
        spent(by, campaign="campaign:8", amount=9)
        assert spent_on("campaign:7", "가을 우유") == 11
        take_back(Cost.objects.get(amount=6), by=by, at=AT)
        assert spent_on("campaign:7", "가을 우유") == 5
        assert spent_on("campaign:9") == 0


@pytest.mark.django_db
@pytest.mark.store
def test_what_a_file_tells_again_changes_nothing() -> None:
    rows = pa.table({
        "ref": ["a", "b", "a"], "purpose": ["win", "keep", "win"], "channel": ["ads", "post", "ads"],
        "since": [date(2026, 9, 1), TODAY, date(2026, 9, 1)], "until": [date(2026, 10, 31), TODAY, date(2026, 10, 31)],
        "amount": [6_100, 5, 6_100], "campaign": ["", "", ""], "note": ["", "", ""],
    })  # fmt: skip
    told = [append_costs(rows, source="file", currency="KRW", zone="Asia/Seoul", at=AT) for _ in range(2)]
    assert told == [Counted(2, 0, 1), Counted(0, 0, 3)]
    assert sorted(Cost.objects.values_list("ref", "amount")) == [("a/2026-09", 3000), ("a/2026-10", 3100), ("b", 5)]
