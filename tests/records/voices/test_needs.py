"""Needs that customers state: the last word counts, one can be taken back, nothing is edited."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from dangol.lib.bulk import Counted
from dangol.records.catalog.models import Category
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer, Identity
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.voices.models import StatedNeed
from dangol.records.voices.needs import (
    CannotState,
    append_needs,
    needs_of,
    standing,
    standing_among,
    state_need,
    take_back_need,
)
from tests.records.staff.office import staff

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def by() -> User:
    return staff(Role.OWNER)


@pytest.fixture
def dairy() -> Category:
    return Category.objects.create(name="유제품", path="식품 / 유제품")


def somebody() -> Customer:
    return Customer.objects.create(registered_at=AT)


def said(customer: Customer, by: User, **more: Any) -> StatedNeed:
    usual = {"category": None, "amount": 100_000, "period": "month", "how": "talk", "on": TODAY}
    return state_need(customer, **{**usual, **more}, by=by, today=TODAY, at=AT)


def amounts(on: date = TODAY) -> list[tuple[int | None, int | None]]:
    return list(standing(on=on).order_by("pk").values_list("category", "amount"))


class TestStanding:
    def test_is_the_last_word_on_each_category(self, by: User, dairy: Category) -> None:
        who, other = somebody(), somebody()
        said(who, by, on=TODAY - timedelta(days=3))
        said(who, by, amount=80_000)
        said(who, by, category=dairy, amount=50_000, on=TODAY - timedelta(days=1))
        said(who, by, category=dairy, amount=20_000, on=TODAY - timedelta(days=9))  # told later, said before
        said(other, by, amount=70_000)
        assert amounts() == [(None, 80_000), (dairy.pk, 50_000), (None, 70_000)]
        assert amounts(TODAY - timedelta(days=2)) == [(None, 100_000), (dairy.pk, 20_000)]
        for one in (who, other):
            for day in (TODAY, TODAY - timedelta(days=2)):
                mine = standing(on=day).filter(identity__customer=one)
                assert set(standing_among(needs_of(one), on=day)) == set(mine)

    def test_of_one_day_is_what_was_written_last(self, by: User) -> None:
        who = somebody()
        said(who, by)
        said(who, by, amount=90_000)
        assert amounts() == [(None, 90_000)]

    def test_is_nothing_once_it_was_taken_back_and_both_stay_on_record(self, by: User, dairy: Category) -> None:
        who = somebody()
        said(who, by, on=TODAY - timedelta(days=5))
        kept = said(who, by, category=dairy)
        need = said(who, by)
        take_back_need(need, by=by, today=TODAY, at=AT)
        assert amounts() == [(dairy.pk, kept.amount)]
        assert needs_of(who).count() == 4
        with pytest.raises(CannotState):
            take_back_need(need, by=by, today=TODAY, at=AT)

    def test_follows_a_number_to_whoever_it_is_of(self, by: User) -> None:
        who, other = somebody(), somebody()
        said(who, by)
        Identity.objects.filter(customer=who).update(customer=other)
        assert list(standing(on=TODAY).values_list("identity__customer", flat=True)) == [other.pk]


class TestState:
    def test_sent_twice_writes_one(self, by: User) -> None:
        who, mark = somebody(), "0123456789abcdef"
        first = state_need(who, category=None, amount=5, period="year", how="survey", on=TODAY, by=by, today=TODAY,
                           at=AT, mark=mark)  # fmt: skip
        again = state_need(who, category=None, amount=5, period="year", how="survey", on=TODAY, by=by, today=TODAY,
                           at=AT, mark=mark)  # fmt: skip
        assert first == again
        assert said(somebody(), by) != first
        assert Change.objects.filter(table=StatedNeed._meta.db_table, first_key=first.pk).count() == 1

    @pytest.mark.parametrize(
        "wrong", [{"amount": 0}, {"amount": -1}, {"amount": 10**16}, {"on": TODAY + timedelta(days=1)}]
    )
    def test_refuses_what_cannot_be(self, by: User, wrong: dict[str, Any]) -> None:
        with pytest.raises(CannotState):
            said(somebody(), by, **wrong)
        assert not StatedNeed.objects.exists()


class TestAppend:
    def test_takes_the_same_rows_again_without_a_change(self, dairy: Category) -> None:
        who = Identity.objects.create(customer=somebody(), source="own", external_id="c1")
        rows = pa.table({
            "ref": ["n1", "n2"], "identity_id": [who.pk] * 2, "category_id": pa.array([dairy.pk, None], pa.int64()),
            "amount": [5_000, 9_000], "period": ["month", "year"], "how": ["survey", "estimate"],
            "on": pa.array([TODAY] * 2, pa.date32()),
        })  # fmt: skip
        assert append_needs(rows, source="own", at=AT) == Counted(created=2)
        assert append_needs(rows, source="own", at=AT) == Counted(unchanged=2)
        assert amounts() == [(dairy.pk, 5_000), (None, 9_000)]
