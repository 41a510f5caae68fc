"""What people are to the business besides customers, from a day on and until another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.changes.models import Change
from dangol.records.customers import duties
from dangol.records.customers.models import Customer, PartyRole
from dangol.records.customers.parties import CannotTake, end_role, no_consumers, standing, take_role
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import Role
from tests.records.staff.office import AT, office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
DAY = date(2026, 11, 22)
KINDS = [kind.value for kind in PartyRole.Kind]


@pytest.fixture
def owner(db: None) -> User:
    office()
    return staff(Role.OWNER)


@pytest.fixture
def person(db: None) -> Customer:
    return Customer.objects.create(full_name="이대리", registered_at=AT)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def helping(day: date) -> set[int]:
    return set(no_consumers(on=day))


class TestTakeRole:
    def test_makes_of_a_customer_a_dealer_from_a_day_on(self, person: Customer, owner: User) -> None:
        unit = Unit.objects.get(code="D1")
        role = take_role(person, "dealer", since=DAY, unit=unit, by=owner, at=AT)
        assert (role.unit, role.by, role.at, role.until) == (unit, owner, AT, None)
        assert helping(DAY - timedelta(days=1)) == set()
        assert helping(DAY) == {person.pk}
        assert Change.objects.get().first_key == role.pk

    def test_refuses_what_stands_already_and_what_is_none(self, person: Customer, owner: User) -> None:
        take_role(person, "staff", since=DAY, by=owner, at=AT)
        with pytest.raises(CannotTake, match="on record already"):
            take_role(person, "staff", since=DAY + timedelta(days=9), by=owner, at=AT)
        with pytest.raises(CannotTake, match="one of the roles"):
            take_role(person, "king", since=DAY, by=owner, at=AT)
        assert PartyRole.objects.count() == 1

    def test_leaves_one_who_buys_for_themselves_too_a_consumer(self, person: Customer, owner: User) -> None:
        take_role(person, "delivery", since=DAY, by=owner, at=AT)
        both = take_role(person, "consumer", since=DAY + timedelta(days=3), by=owner, at=AT)
        assert helping(DAY + timedelta(days=2)) == {person.pk}
        assert helping(DAY + timedelta(days=3)) == set()
        end_role(both, until=DAY + timedelta(days=5), by=owner, at=AT)
        assert helping(DAY + timedelta(days=5)) == {person.pk}


class TestEndRole:
    def test_makes_a_consumer_of_them_again(self, person: Customer, owner: User) -> None:
        role = take_role(person, "supplier", since=DAY, by=owner, at=AT)
        end_role(role, until=DAY + timedelta(days=7), by=owner, at=AT)
        assert helping(DAY + timedelta(days=6)) == {person.pk}
        assert helping(DAY + timedelta(days=7)) == set()
        take_role(person, "supplier", since=DAY + timedelta(days=30), by=owner, at=AT)
        assert helping(DAY + timedelta(days=30)) == {person.pk}

    def test_on_its_first_day_takes_a_mistake_back(self, person: Customer, owner: User) -> None:
        end_role(take_role(person, "staff", since=DAY, by=owner, at=AT), until=DAY, by=owner, at=AT)
        assert not any(helping(DAY + timedelta(days=days)) for days in range(-2, 3))

    def test_refuses_an_end_before_the_beginning_and_a_second_end(self, person: Customer, owner: User) -> None:
        role = take_role(person, "staff", since=DAY, by=owner, at=AT)
        with pytest.raises(CannotTake, match="before it began"):
            end_role(role, until=DAY - timedelta(days=1), by=owner, at=AT)
        end_role(role, until=DAY, by=owner, at=AT)
        with pytest.raises(CannotTake, match="ended already"):
            end_role(role, until=DAY + timedelta(days=1), by=owner, at=AT)
        assert PartyRole.objects.get().until == DAY


class TestStore:
    def test_keeps_one_standing_role_of_a_kind_and_no_end_before_the_beginning(self, person: Customer) -> None:
        told = {"customer": person, "kind": "dealer", "since": DAY, "at": AT}
        PartyRole.objects.create(**told)
        with pytest.raises(IntegrityError), atomic():
            PartyRole.objects.create(**told)
        with pytest.raises(IntegrityError), atomic():
            PartyRole.objects.create(**told | {"kind": "staff", "until": DAY - timedelta(days=1)})


class TestDuties:
    def test_hand_out_and_forget_the_roles_of_a_person(self, person: Customer, owner: User) -> None:
        take_role(person, "dealer", since=DAY, by=owner, at=AT)
        table = duties.TABLES["customers.PartyRole"]
        assert [row["kind"] for row in table.rows(person.pk)] == ["dealer"]
        assert table.erase is not None and table.erase(person.pk) == 1
        assert not PartyRole.objects.exists()


roles = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9)), max_size=6,
)  # fmt: skip


class TestRule(TestCase):
    @given(told=roles, on=st.integers(0, 12))
    def test_of_consumers_holds_whatever_was_written(self, told: list[tuple[str, int, int]], on: int) -> None:
        """Nobody is out of it but who has a role on that day and does not buy for themselves then."""
        person = Customer.objects.create(full_name="이대리", registered_at=AT)
        for kind, since, length in told:
            begin = DAY + timedelta(days=since)
            PartyRole.objects.create(
                customer=person, kind=kind, since=begin, until=begin + timedelta(days=length), at=AT
            )
        day = DAY + timedelta(days=on)
        held = {kind for kind, since, length in told if since <= on < since + length}
        assert {role.kind for role in standing(on=day)} == held
        assert bool(helping(day)) is (bool(held) and "consumer" not in held)
