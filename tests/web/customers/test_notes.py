"""Notes on the page of a customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.lib.resident_numbers import MASK
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction, Note
from dangol.records.ledger.notes import new_mark
from dangol.records.staff.models import Contract
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}


@pytest.fixture
def person(client: Client, settings: Any, tmp_path: Any) -> Customer:
    """Return a customer of a dealer who is signed in."""
    settings.DANGOL_HOME = tmp_path
    units = office()
    made = business(2)[0]
    Customer.objects.filter(pk=made.pk).update(unit=units["D1"])
    client.force_login(staff(Role.DEALER, "D1"))
    return made


def page(client: Client, person: Customer, show: str = "") -> str:
    return client.get(f"/customers/{person.pk}/?show={show}", headers=EN).content.decode()


def write(client: Client, person: Customer, **told: str) -> Any:
    sent = {"text": "문 앞에 두기", "mark": new_mark()} | told
    return client.post(f"/customers/{person.pk}/notes/", sent, headers=EN)


def test_a_note_stands_in_the_history(client: Client, person: Customer) -> None:
    assert write(client, person, touchpoint="delivery").status_code == 302
    told = page(client, person)
    assert "Noted" in told and "문 앞에 두기" in told and "dealer-D1 · at delivery" in told
    assert "문 앞에 두기" in page(client, person, "notes")
    assert "문 앞에 두기" not in page(client, person, "talks")


def test_a_note_is_written_once_however_often_it_is_sent(client: Client, person: Customer) -> None:
    mark = new_mark()
    write(client, person, mark=mark)
    write(client, person, mark=mark)
    assert Note.objects.count() == 1


def test_a_sensitive_note_lies_sealed(client: Client, person: Customer) -> None:
    write(client, person, sensitive="on", text="다리가 불편하심")
    assert "다리가" not in page(client, person) and "Sensitive" in page(client, person)
    assert not Interaction.objects.filter(text__contains="다리").exists()


def test_what_cannot_be_kept_stays_in_the_field(client: Client, person: Customer) -> None:
    answer = write(client, person, text=" ")
    assert answer.status_code == 422 and "Write something first." in answer.content.decode()
    Contract.objects.all().delete()
    answer = write(client, person, text="이건 남아야 해요")
    assert answer.status_code == 422 and "이건 남아야 해요" in answer.content.decode()
    assert "Entry is closed" in answer.content.decode()


def test_resident_numbers_are_made_unreadable(client: Client, person: Customer) -> None:
    write(client, person, text="주민번호 ９００３０１－１２３４５６７")
    assert Interaction.objects.get(kind="note").text == f"주민번호 {MASK}"
    assert "1 resident number was made unreadable" in page(client, person)


def test_a_struck_note_stays_beside_what_is_right(client: Client, person: Customer) -> None:
    write(client, person, text="월요일 휴무")
    address = f"/customers/{person.pk}/notes/{Note.objects.get().pk}/strike/"
    assert "월요일 휴무" in client.get(address, headers=EN).content.decode()
    assert client.post(address, {"text": "화요일 휴무"}, headers=EN).status_code == 302
    told = page(client, person)
    assert 'class="struck"' in told and "월요일 휴무" in told and "화요일 휴무" in told
    assert "Struck a note: what is right" in told
    answer = client.post(address, {"text": "또"}, headers=EN)
    assert answer.status_code == 422 and "This note was struck already." in answer.content.decode()


def test_those_who_see_people_masked_read_no_notes(client: Client, person: Customer) -> None:
    write(client, person)
    client.force_login(staff(Role.ANALYST))
    assert "문 앞에 두기" not in page(client, person)
    assert client.post(f"/customers/{person.pk}/notes/", {"text": "x"}).status_code == 403
