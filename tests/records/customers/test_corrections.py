"""Correcting a customer: what it was is kept, can be put back, and goes with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.lib import sealing
from dangol.lib.sealing import unseal
from dangol.records.customers.actions import CannotUndo, ChangedMeanwhile, correct, undo_correction
from dangol.records.customers.duties import TABLES
from dangol.records.customers.entering import Details, details_of, mark_of
from dangol.records.customers.models import ContactPoint, Correction, Customer
from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.on_behalf import NotMadeSure, OnBehalf
from dangol.records.staff.queries import EntryClosed
from dangol.records.staff.roles import Role
from tests.records.customers.test_entering import AT, entered
from tests.records.staff.office import office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LATER = AT + timedelta(days=1)


@pytest.fixture
def dealer() -> User:
    office()
    return staff(Role.DEALER, "D1")


@pytest.fixture
def person(dealer: User) -> Customer:
    return entered(dealer)


def corrected(person: Customer, by: User, unit: Unit | None = None, **told: object) -> Correction | None:
    details: Details = replace(details_of(person), **told)  # type: ignore[arg-type]
    return correct(person, details, unit=unit or person.unit, by=by, at=LATER)


def points(person: Customer) -> dict[str, bool]:
    """Each mobile number and whether it holds."""
    mine = ContactPoint.objects.filter(customer=person, kind="mobile")
    return {value: until is None for value, until in mine.values_list("value", "valid_to")}


class TestCorrect:
    def test_keeps_what_it_was_and_who_changed_it(self, person: Customer, dealer: User) -> None:
        made = corrected(person, dealer, full_name="김단골손님", gender="")
        assert made is not None
        assert (made.was, made.became) == (
            {"full_name": "김단골", "gender": "f"}, {"full_name": "김단골손님", "gender": ""},
        )  # fmt: skip
        assert (made.by, made.at) == (dealer, LATER)
        person.refresh_from_db()
        assert (person.full_name, person.gender) == ("김단골손님", "")

    def test_ends_a_number_and_takes_up_an_old_one(self, person: Customer, dealer: User) -> None:
        corrected(person, dealer, mobile="010-9999-8888")
        assert points(person) == {"+821012345678": False, "+821099998888": True}
        corrected(person, dealer, mobile="010-1234-5678")
        assert points(person) == {"+821012345678": True, "+821099998888": False}
        corrected(person, dealer, mobile="")
        assert points(person) == {"+821012345678": False, "+821099998888": False}

    def test_writes_nothing_when_nothing_is_different(self, person: Customer, dealer: User) -> None:
        assert corrected(person, dealer) is None
        assert corrected(person, dealer, mobile="+82 10 1234 5678", entrance="1234*") is None
        assert not Correction.objects.exists()

    def test_keeps_the_entrance_code_sealed_then_and_now(self, person: Customer, dealer: User) -> None:
        made = corrected(person, dealer, entrance="9999#")
        assert made is not None
        assert made.was == made.became == {"entrance": ""}
        assert unseal(made.entrance_was) == "1234*"
        person.refresh_from_db()
        assert unseal(person.entrance_sealed) == "9999#"
        assert {("Customer", "entrance_sealed"), ("Correction", "entrance_was")} <= {
            (model.__name__, field) for model, field in sealing.SEALED
        }

    def test_leaves_the_entrance_code_that_nobody_touched(self, person: Customer, dealer: User) -> None:
        corrected(person, dealer, full_name="다른 이름")
        person.refresh_from_db()
        assert unseal(person.entrance_sealed) == "1234*"

    def test_refuses_what_was_seen_before_somebody_else_changed_it(self, person: Customer, dealer: User) -> None:
        before = details_of(person)
        seen = mark_of(before, "D1")
        corrected(person, dealer, place="서울 은평구")
        with pytest.raises(ChangedMeanwhile):
            correct(person, replace(before, full_name="늦은 이름"), unit=person.unit, by=dealer, at=LATER, seen=seen)
        assert details_of(Customer.objects.get()).full_name == "김단골"

    def test_stays_closed_without_a_contract(self, person: Customer, dealer: User) -> None:
        Contract.objects.all().delete()
        with pytest.raises(EntryClosed):
            corrected(person, dealer, full_name="다른 이름")


class TestUndo:
    def test_puts_everything_back(self, person: Customer, dealer: User) -> None:
        before = details_of(person)
        owner, other = staff(Role.OWNER), Unit.objects.get(code="D2")
        told = {"full_name": "다른 이름", "mobile": "", "birth_date": None, "household": "", "address": "어딘가"}
        made = corrected(person, owner, other, entrance="9", **told)
        assert made is not None
        undone = undo_correction(made, by=owner, at=LATER)
        person = Customer.objects.get()
        assert details_of(person) == before
        assert (person.unit, unseal(person.entrance_sealed)) == (dealer.unit, "1234*")
        assert undone.undoes == made

    def test_refuses_what_changed_again(self, person: Customer, dealer: User) -> None:
        first = corrected(person, dealer, full_name="둘째 이름")
        corrected(person, dealer, full_name="셋째 이름")
        assert first is not None
        with pytest.raises(CannotUndo):
            undo_correction(first, by=dealer, at=LATER)

    def test_refuses_an_entrance_code_that_changed_again(self, person: Customer, dealer: User) -> None:
        first = corrected(person, dealer, entrance="2")
        corrected(person, dealer, entrance="3")
        assert first is not None
        with pytest.raises(CannotUndo):
            undo_correction(first, by=dealer, at=LATER)

    def test_is_done_once(self, person: Customer, dealer: User) -> None:
        made = corrected(person, dealer, place="어딘가")
        assert made is not None
        undo_correction(made, by=dealer, at=LATER)
        with pytest.raises(CannotUndo):
            undo_correction(made, by=dealer, at=LATER)


def test_corrections_go_with_the_person(person: Customer, dealer: User) -> None:
    corrected(person, dealer, full_name="다른 이름")
    erase = TABLES["customers.Correction"].erase
    assert erase is not None
    assert len(TABLES["customers.Correction"].rows(person.pk)) == 1
    erase(person.pk)
    assert not Correction.objects.exists()


class TestOnBehalf:
    def said(self, person: Customer, by: User, said: OnBehalf) -> Correction:
        made = correct(
            person, replace(details_of(person), place="어딘가"), unit=person.unit, by=by, at=LATER, on_behalf=said
        )
        assert made is not None
        return made

    def test_stays_with_the_correction(self, person: Customer, dealer: User) -> None:
        said = OnBehalf("agent", "door", "papers", "위임장 7")
        assert self.said(person, dealer, said).on_behalf == said

    def test_is_refused_before_anything_changes(self, person: Customer, dealer: User) -> None:
        with pytest.raises(NotMadeSure):
            self.said(person, dealer, OnBehalf("agent", "door", "card", "위임장 7"))
        assert not Correction.objects.exists()
        assert Customer.objects.get().place == "서울 마포구"

    def test_of_what_is_put_back_is_nobodys(self, person: Customer, dealer: User) -> None:
        made = self.said(person, dealer, OnBehalf("person", "door", "known"))
        assert undo_correction(made, by=dealer, at=LATER).on_behalf is None

    @pytest.mark.parametrize(
        ("told", "rule"),
        [
            ({"told_by": "person", "sure": "card"}, "a_correction_for_somebody_says_how_it_came"),
            ({"way": "phone"}, "a_correction_for_somebody_says_how_it_came"),
            ({"evidence": "call 7"}, "a_correction_for_somebody_says_how_it_came"),
            ({"told_by": "person", "way": "phone"}, "a_correction_for_somebody_says_how_they_were_known"),
            ({"told_by": "agent", "way": "phone", "sure": "card", "evidence": "x"}, "whoever_acts_for_a_customer"),
            ({"told_by": "guardian", "way": "phone", "sure": "papers"}, "whoever_acts_for_a_customer_shows_a_paper"),
        ],
    )
    def test_is_held_by_the_database_too(self, person: Customer, dealer: User, told: dict[str, str], rule: str) -> None:
        with pytest.raises(IntegrityError, match=rule), atomic():
            Correction.objects.create(customer=person, was={}, became={}, by=dealer, at=LATER, **told)
