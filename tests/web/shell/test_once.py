"""What is sent twice is done once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers.models import Customer, PartyRole
from dangol.records.permission.models import Consent
from dangol.records.rights.models import Request
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.models import Unit, UsedMark
from dangol.records.staff.once import AlreadySent, is_mark, let_go_of_marks, new_mark, use_mark
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import AT, office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}


@pytest.fixture
def page(client: Client, settings: Any, tmp_path: Any) -> str:
    """Return the address of a form that an agent of head office sees."""
    settings.DANGOL_HOME = tmp_path
    office()
    client.force_login(staff(Role.AGENT, "HQ"))
    return f"/customers/{business(2)[0].pk}/roles/"


def mark_on(client: Client, page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(page, headers=EN).content.decode())
    assert found
    return found[1]


def sent(client: Client, page: str, mark: str, **told: str) -> Any:
    form = {"kind": "dealer", "unit": "", "since": "2024-01-01", "once": mark} | told
    return client.post(page, form, headers=EN | {"Referer": f"http://testserver{page}"})


class TestForm:
    def test_sent_twice_is_done_once_and_says_so(self, client: Client, page: str) -> None:
        mark = mark_on(client, page)
        assert sent(client, page, mark).status_code == 302
        PartyRole.objects.update(until="2024-02-01")  # so that only the mark stands in the way
        again = sent(client, page, mark)
        assert (again.status_code, again["Location"]) == (303, f"http://testserver{page}")
        assert PartyRole.objects.count() == 1
        assert "This was sent already." in client.get(page, headers=EN).content.decode()
        store.seal()
        assert "refused" in {line.entry.verb for line in access.every_line(access.Wanted())}

    def test_that_was_refused_may_be_sent_again_with_what_was_wrong_mended(self, client: Client, page: str) -> None:
        mark = mark_on(client, page)
        assert sent(client, page, mark, since="soon").status_code == 422
        assert not UsedMark.objects.exists()
        assert sent(client, page, mark).status_code == 302
        assert PartyRole.objects.count() == 1

    def test_has_a_mark_of_its_own_each_time(self, client: Client, page: str) -> None:
        assert mark_on(client, page) != mark_on(client, page)

    def test_leads_back_to_no_other_site(self, client: Client, page: str) -> None:
        mark = mark_on(client, page)
        sent(client, page, mark)
        again = client.post(page, {"once": mark}, headers={"Referer": "https://elsewhere.example/"})
        assert again["Location"] == "/"

    def test_without_a_mark_is_taken_as_it_comes(self, client: Client, page: str) -> None:
        assert sent(client, page, "").status_code == 302
        assert not UsedMark.objects.exists()


FORMS = {
    "customer_consents": 3, "customer_roles": 1, "privacy_rights": 1, "breach_open": 1, "staff_invite": 1,
    "staff_keys": 1, "staff_recipient": 1, "staff_unit": 1,
}  # fmt: skip


@pytest.mark.parametrize("route", FORMS)
def test_forms_that_write_something_new_carry_a_mark(client: Client, page: str, route: str) -> None:
    client.force_login(staff(Role.OWNER))
    person, unit = Customer.objects.earliest("pk"), Unit.objects.earliest("pk")
    blanks = {"customer_consents": [person.pk], "customer_roles": [person.pk], "privacy_rights": [person.pk],
              "staff_unit": [unit.pk]}  # fmt: skip
    shown = client.get(reverse(route, args=blanks.get(route, []))).content.decode()
    assert shown.count('name="once"') >= FORMS[route]


class TestWrittenDown:
    @pytest.mark.parametrize(
        ("form", "address", "model", "told"),
        [
            ("consents/", "consents/answer/", Consent,
             {"question": "marketing|email|", "answer": "no", "given_by": "person", "how": "phone"}),
            ("rights", "rights", Request, {"kind": "see", "way": "phone", "asked_by": "self", "language": "ko"}),
        ],
    )  # fmt: skip
    def test_once_however_often_it_is_sent(
        self, client: Client, page: str, form: str, address: str, model: Any, told: dict[str, str]
    ) -> None:
        person = Customer.objects.earliest("pk")
        place = f"/privacy/rights/{person.pk}/" if form == "rights" else f"/customers/{person.pk}/{form}"
        to = place if form == "rights" else f"/customers/{person.pk}/{address}"
        before, mark = model.objects.count(), mark_on(client, place)
        for _ in range(3):
            client.post(to, told | {"once": mark})
        assert model.objects.count() == before + 1
        client.post(to, told | {"once": mark_on(client, place)})
        assert model.objects.count() == before + 2


class TestMark:
    def test_is_undone_with_what_it_stands_for(self) -> None:
        with pytest.raises(RuntimeError, match="transaction"):
            raise_outside()
        use_mark("a" * 20, at=AT)
        with pytest.raises(AlreadySent):
            use_mark("a" * 20, at=AT)

    @given(text=st.text(max_size=80))
    def test_is_nothing_else(self, text: str) -> None:
        """Whatever is no mark never reaches the store."""
        assert is_mark(new_mark())
        assert not is_mark(text) or (16 <= len(text) <= 64 and text.isascii())

    def test_is_let_go_of_after_a_while(self) -> None:
        use_mark("a" * 20, at=AT)
        assert let_go_of_marks(before=AT) == 0
        assert let_go_of_marks(before=AT + timedelta(days=1)) == 1


def raise_outside() -> None:
    """Stand-in for a writer that forgot the transaction."""
    from django.db import connection

    was, connection.in_atomic_block = connection.in_atomic_block, False
    try:
        use_mark("b" * 20, at=clock.now())
    finally:
        connection.in_atomic_block = was
