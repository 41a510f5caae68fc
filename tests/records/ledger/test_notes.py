"""Notes: appended, struck, sealed where they are sensitive, never edited."""

from __future__ import annotations

import pytest

from dangol.lib import sealing
from dangol.lib.resident_numbers import MASK
from dangol.records.customers.duties import TABLES
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction, Note
from dangol.records.ledger.notes import LONGEST, CannotWrite, new_mark, notes_of, text_of, write_note
from dangol.records.staff.models import Contract, User
from dangol.records.staff.queries import EntryClosed
from dangol.records.staff.roles import Role
from tests.records.customers.test_entering import AT, entered
from tests.records.staff.office import office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def dealer() -> User:
    office()
    return staff(Role.DEALER, "D1")


@pytest.fixture
def person(dealer: User) -> Customer:
    return entered(dealer)


def written(person: Customer, by: User, text: str = "문 앞에 두기", **more: object) -> Note:
    return write_note(person, text, by=by, at=AT, **more)  # type: ignore[arg-type]


class TestWriteNote:
    def test_makes_an_interaction_that_costs_the_customer_nothing(self, person: Customer, dealer: User) -> None:
        talk = written(person, dealer, touchpoint="delivery").interaction
        assert (talk.kind, talk.text, talk.touchpoint, talk.direction, talk.minutes) == (
            "note", "문 앞에 두기", "delivery", "out", 0,
        )  # fmt: skip

    def test_seals_a_sensitive_text(self, person: Customer, dealer: User) -> None:
        note = written(person, dealer, "다리가 불편하심", sensitive=True)
        assert (note.interaction.text, text_of(note)) == ("", "다리가 불편하심")
        assert "다리" not in note.sealed
        assert (Note, "sealed") in sealing.SEALED

    def test_keeps_no_resident_number(self, person: Customer, dealer: User) -> None:
        assert written(person, dealer, "주민번호 900301-1234567").interaction.text == f"주민번호 {MASK}"
        assert text_of(written(person, dealer, "9003011234567", sensitive=True)) == MASK

    def test_writes_one_note_of_a_form_that_is_sent_twice(self, person: Customer, dealer: User) -> None:
        mark = new_mark()
        assert written(person, dealer, mark=mark) == written(person, dealer, mark=mark)
        assert Interaction.objects.count() == 1

    @pytest.mark.parametrize("text", ["", "  \n ", "가" * (LONGEST + 1)])
    def test_refuses_what_says_nothing_or_too_much(self, person: Customer, dealer: User, text: str) -> None:
        with pytest.raises(CannotWrite):
            written(person, dealer, text)
        assert not Note.objects.exists()

    def test_stays_closed_without_a_contract(self, person: Customer, dealer: User) -> None:
        Contract.objects.all().delete()
        with pytest.raises(EntryClosed):
            written(person, dealer)

    def test_finds_an_identity_for_who_has_none(self, dealer: User) -> None:
        alone = Customer.objects.create(registered_at=AT)
        assert written(alone, dealer).interaction.identity.customer == alone


class TestStrike:
    def test_leaves_the_struck_note_as_it_was(self, person: Customer, dealer: User) -> None:
        wrong = written(person, dealer, "월요일 휴무")
        right = written(person, dealer, "화요일 휴무", strikes=wrong)
        wrong.refresh_from_db()
        assert (wrong.interaction.text, wrong.struck_by, right.strikes) == ("월요일 휴무", right, wrong)  # type: ignore[attr-defined]
        assert list(notes_of(person).order_by("pk")) == [wrong, right]

    def test_needs_no_words(self, person: Customer, dealer: User) -> None:
        assert written(person, dealer, "", strikes=written(person, dealer)).interaction.text == ""

    def test_is_done_once_and_to_the_customers_own(self, person: Customer, dealer: User) -> None:
        wrong = written(person, dealer)
        written(person, dealer, "", strikes=wrong)
        with pytest.raises(CannotWrite):
            written(person, dealer, "", strikes=wrong)
        other = entered(dealer, another=True)
        with pytest.raises(CannotWrite):
            written(other, dealer, "", strikes=written(person, dealer))


def test_notes_lose_their_words_with_the_person(person: Customer, dealer: User) -> None:
    written(person, dealer)
    written(person, dealer, "다리가 불편하심", sensitive=True)
    for label in ("ledger.Interaction", "ledger.Note"):
        erase = TABLES[label].erase
        assert erase is not None
        assert erase(person.pk) == 2
    assert set(Interaction.objects.values_list("text", flat=True)) == {""}
    assert set(Note.objects.values_list("sealed", flat=True)) == {""}
