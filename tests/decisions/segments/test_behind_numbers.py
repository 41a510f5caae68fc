"""Customers behind a number, kept with the question, asked again, and gone when they are forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dangol.decisions.segments.actions import save
from dangol.decisions.segments.behind_numbers import FIELD, NobodyBehind, ask, found_by, keep
from dangol.decisions.segments.fields import BadRule, normal
from dangol.decisions.segments.models import Finding, Found, Inquiry
from dangol.decisions.segments.queries import described, select
from dangol.insight.warehouse.cube import BadQuestion, Question, behind
from dangol.insight.warehouse.queries import Lake
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer
from dangol.records.rights.erasure import erase
from tests.insight.warehouse.small_lake import small_lake

pytestmark = [pytest.mark.django_db, pytest.mark.store]

AT = datetime(2026, 11, 22, tzinfo=UTC)
REVENUE = Question(("net_revenue",), since=date(2026, 9, 1), until=date(2026, 10, 1))


def lake(folder: Path, *sales: tuple[int, int]) -> Lake:
    """A warehouse of customers 1 to 3, who bought on these days of 2026 (counted from September 1)."""
    return small_lake(
        folder,
        customers=[{"customer_key": key, "place": "마포구" if key == 2 else "강남구"} for key in (1, 2, 3)],
        identities=[{"identity_key": 1000 + key, "customer_key": key} for key in (1, 2, 3)],
        lines=[
            {"receipt_id": number, "identity_key": 1000 + who, "quantity": 1, "amount": 1000,
             "at": datetime.fromordinal(date(2026, 9, 1).toordinal() + day).replace(hour=3)}
            for number, (who, day) in enumerate(sales)
        ],
    )  # fmt: skip


@pytest.fixture
def people() -> list[Customer]:
    return [Customer.objects.create(lake_key=key, full_name=f"고객{key}", registered_at=AT) for key in (1, 2, 3)]


class TestKeeping:
    def test_holds_those_who_stood_behind_the_number_with_its_question(
        self, people: list[Customer], tmp_path: Path
    ) -> None:
        found = lake(tmp_path / "lake", (1, 3), (2, 4), (3, 40))
        kept = keep(found, REVENUE, {}, by=None, at=AT)
        assert list(select({FIELD: [kept.pk]}, run=None).order_by("pk")) == people[:2]
        told = kept.findings.get()
        assert (told.people, told.since, told.last, told.lake_version) == (
            2, date(2026, 9, 1), date(2026, 9, 30), "v000001",
        )  # fmt: skip
        assert told.question == REVENUE

    def test_narrows_the_question_to_the_cell(self, people: list[Customer], tmp_path: Path) -> None:
        found = lake(tmp_path / "lake", (1, 3), (2, 4), (3, 5))
        kept = keep(found, REVENUE, {"place": "강남구", "month": None}, by=None, at=AT)
        assert list(select({FIELD: [kept.pk]}, run=None).order_by("pk")) == [people[0], people[2]]
        assert kept.where == [["place", ["강남구"]]]
        assert "강남구" in described({FIELD: [kept.pk]})

    def test_refuses_a_number_nobody_known_is_behind(self, people: list[Customer], tmp_path: Path) -> None:
        with pytest.raises(NobodyBehind):
            keep(lake(tmp_path / "lake", (1, 40)), REVENUE, {}, by=None, at=AT)
        assert not Inquiry.objects.exists()

    def test_refuses_what_the_cube_refuses(self, people: list[Customer], tmp_path: Path) -> None:
        with pytest.raises(BadQuestion):
            keep(lake(tmp_path / "lake", (1, 3)), Question(("complaints",)), {"category": "milk"}, by=None, at=AT)

    def test_can_be_one_condition_of_a_rule(self, people: list[Customer], tmp_path: Path) -> None:
        kept = keep(lake(tmp_path / "lake", (1, 3), (2, 4)), REVENUE, {}, by=None, at=AT)
        Customer.objects.filter(pk=people[1].pk).update(place="마포구")
        segment = save({FIELD: [kept.pk], "place": ["마포구"]}, by=None, at=AT)
        assert list(select(segment.rule, run=None)) == [people[1]]


class TestAskingAgain:
    def test_puts_those_who_are_behind_it_now_in_their_place(self, people: list[Customer], tmp_path: Path) -> None:
        kept = keep(lake(tmp_path / "one", (1, 3), (2, 4)), REVENUE, {}, by=None, at=AT)
        later = lake(tmp_path / "two", (2, 33), (3, 34))
        ask(kept, lake=later, since=date(2026, 10, 1), last=date(2026, 10, 31), by=None, at=AT)
        assert list(Customer.objects.filter(found_by([kept.pk])).order_by("pk")) == people[1:]
        assert [(one.people, one.since) for one in kept.findings.order_by("pk")] == [
            (2, date(2026, 9, 1)), (2, date(2026, 10, 1)),
        ]  # fmt: skip
        assert set(Found.objects.values_list("finding", flat=True)) == {kept.findings.latest("pk").pk}

    def test_leaves_everything_as_it_was_where_nobody_is_behind_it_any_more(
        self, people: list[Customer], tmp_path: Path
    ) -> None:
        kept = keep(lake(tmp_path / "one", (1, 3)), REVENUE, {}, by=None, at=AT)
        with pytest.raises(NobodyBehind):
            ask(kept, lake=lake(tmp_path / "two", (1, 40)), since=REVENUE.since, last=date(2026, 9, 30), by=None, at=AT)
        assert list(Customer.objects.filter(found_by([kept.pk]))) == people[:1]


class TestPeople:
    def test_who_is_forgotten_leaves_the_list(self, people: list[Customer], tmp_path: Path, settings: Any) -> None:
        settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
        kept = keep(lake(tmp_path / "lake", (1, 3), (2, 4)), REVENUE, {}, by=None, at=AT)
        erase(people[0].pk, reason="test", by=None, at=AT)
        assert list(Found.objects.values_list("customer", flat=True)) == [people[1].pk]
        assert list(select({FIELD: [kept.pk]}, run=None)) == [people[1]]

    def test_who_became_one_with_another_is_found_as_that_one_and_goes_back(
        self, people: list[Customer], tmp_path: Path
    ) -> None:
        kept = keep(lake(tmp_path / "lake", (1, 3), (2, 4)), REVENUE, {}, by=None, at=AT)
        both = merge(people[1], [people[0]], by=None, at=AT)  # both are in the list
        third = merge(people[2], [people[1]], by=None, at=AT)  # and who comes in is in it for them
        assert list(select({FIELD: [kept.pk]}, run=None)) == [people[2]]
        unmerge(third, by=None, at=AT)
        unmerge(both, by=None, at=AT)
        assert list(select({FIELD: [kept.pk]}, run=None).order_by("pk")) == people[:2]


class TestRules:
    @pytest.mark.parametrize("value", [[], "x", ["1"], [-1], [True], None, {}])
    def test_take_numbers_of_inquiries_alone(self, value: Any) -> None:
        with pytest.raises(BadRule):
            normal({FIELD: value})

    def test_an_inquiry_that_is_not_there_means_nobody(self, people: list[Customer]) -> None:
        assert normal({FIELD: 0}) == {FIELD: [0]}
        assert not select({FIELD: [0, 77]}, run=None).exists()
        assert described({FIELD: [77]}).endswith("77")


def test_only_those_a_rate_is_told_of_are_behind_it(people: list[Customer], tmp_path: Path) -> None:
    """Of a retention those count whose last purchase is a year ago: who bought lately is not behind it."""
    old = small_lake(
        tmp_path / "lake",
        customers=[{"customer_key": key} for key in (1, 2)],
        identities=[{"identity_key": 1000 + key, "customer_key": key} for key in (1, 2)],
        lines=[
            {"receipt_id": number, "identity_key": 1000 + who, "quantity": 1, "amount": 1000, "at": at}
            for number, (who, at) in enumerate([(1, datetime(2025, 1, 5, 3)), (2, datetime(2026, 9, 1, 3))])
        ],
    )
    assert behind(old, Question(("second_purchase_rate",)), {}, scope=None) == [people[0].pk]
    assert Finding.objects.count() == 0
