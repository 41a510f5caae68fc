"""What is shown on request alone: each look leaves a trace, and holds for one page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.lib.sealing import seal
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Note
from dangol.records.ledger.notes import write_note
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.roles import Role
from tests.records.staff.office import AT, office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}


@pytest.fixture
def person(settings: Any, tmp_path: Any) -> Customer:
    """Return a customer with a household, an entrance code and a sensitive note."""
    settings.DANGOL_HOME = tmp_path
    office()
    made = business()[0]
    made.entrance_sealed = seal("1234*")
    made.save()
    write_note(made, "다리가 불편하심", sensitive=True, by=staff(Role.OWNER), at=AT)
    return made


def traces() -> list[Entry]:
    told = [entry for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=False)]
    return [entry for entry in told if entry.verb == Verb.UNMASKED]


def signed_in(client: Client, role: Role) -> Client:
    client.force_login(staff(role))
    return client


class TestUnmask:
    def test_shows_one_person_on_one_page(self, client: Client, person: Customer) -> None:
        signed_in(client, Role.AUDITOR)
        address = f"/customers/{person.pk}/"
        assert "정다은" not in client.get(address).content.decode()
        answer = client.post(f"{address}unmask/", {"reason": "yearly inspection"}, headers=EN)
        page = answer.content.decode()
        assert "정다은" in page and "010-5550-0000" in page and "이번 달만 세 번째예요." in page
        assert "김도윤" not in page  # of the same household, whom nobody asked for
        assert "no-store" in answer["Cache-Control"]
        assert "정다은" not in client.get(address).content.decode()
        assert [(told.reason, told.subjects) for told in traces()] == [("yearly inspection", (person.pk,))]

    @pytest.mark.parametrize("reason", ["", "x", "   \t"])
    def test_asks_what_for(self, client: Client, person: Customer, reason: str) -> None:
        answer = signed_in(client, Role.AUDITOR).post(f"/customers/{person.pk}/unmask/", {"reason": reason}, headers=EN)
        assert answer.status_code == 422
        assert "정다은" not in answer.content.decode() and "Say what you need it for." in answer.content.decode()
        assert traces() == []

    def test_is_offered_to_those_who_need_it_alone(self, client: Client, person: Customer) -> None:
        offered = {
            role: "/unmask/" in signed_in(client, role).get(f"/customers/{person.pk}/").content.decode()
            for role in (Role.OWNER, Role.AUDITOR, Role.ANALYST)
        }
        assert offered == {Role.OWNER: False, Role.AUDITOR: True, Role.ANALYST: False}


class TestEntrance:
    def test_is_shown_once_asked_for(self, client: Client, person: Customer) -> None:
        signed_in(client, Role.AGENT)
        address = f"/customers/{person.pk}/"
        page = client.get(address).content.decode()
        assert "1234*" not in page and f"{address}entrance/" in page
        assert "1234*" in client.post(f"{address}entrance/").content.decode()
        assert "1234*" not in client.get(address).content.decode()
        assert [told.subjects for told in traces()] == [(person.pk,)]

    def test_comes_as_a_part_where_a_part_is_asked_for(self, client: Client, person: Customer) -> None:
        signed_in(client, Role.AGENT)
        part = client.post(f"/customers/{person.pk}/entrance/", headers={"HX-Request": "true"})
        assert "1234*" in part.content.decode() and "<html" not in part.content.decode()
        assert "no-store" in part["Cache-Control"]

    def test_says_when_its_key_is_lost(self, client: Client, person: Customer, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_KEYS = tmp_path / "elsewhere.json"
        answer = signed_in(client, Role.AGENT).post(f"/customers/{person.pk}/entrance/", headers=EN)
        assert answer.status_code == 200 and "The key" in answer.content.decode()
        assert traces() == []

    def test_that_is_not_there_shows_nothing(self, client: Client, person: Customer) -> None:
        Customer.objects.update(entrance_sealed="")
        assert signed_in(client, Role.AGENT).post(f"/customers/{person.pk}/entrance/").status_code == 302
        assert traces() == []


class TestSensitiveNote:
    def test_is_shown_once_asked_for(self, client: Client, person: Customer) -> None:
        signed_in(client, Role.AGENT)
        address = f"/customers/{person.pk}/notes/{Note.objects.get().pk}/show/"
        page = client.get(f"/customers/{person.pk}/").content.decode()
        assert "다리가" not in page and address in page
        assert "다리가 불편하심" in client.post(address).content.decode()
        assert [told.subjects for told in traces()] == [(person.pk,)]

    def test_stays_sealed_for_those_who_see_people_masked(self, client: Client, person: Customer) -> None:
        signed_in(client, Role.AUDITOR)
        page = client.post(f"/customers/{person.pk}/unmask/", {"reason": "yearly inspection"}).content.decode()
        assert "다리가" not in page and "/show/" not in page
