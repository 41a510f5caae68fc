"""Entering and correcting customers in pages: what dealers may, what the access log says, and what nobody loses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.lib.resident_numbers import MASK
from dangol.lib.sealing import unseal
from dangol.records.customers.entering import new_number
from dangol.records.customers.models import ContactPoint, Correction, Customer
from dangol.records.staff.access import spool
from dangol.records.staff.models import Contract, Unit
from dangol.records.staff.roles import Role
from dangol.web.customers.person_form import read_day
from tests.records.staff.office import office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
TOLD = {
    "full_name": "김단골", "mobile": "010 1234 5678", "address": "서울특별시 마포구 느린걸음길 9",
    "birth_date": "19900301", "gender": "f", "email": "dangol@example.com", "entrance": "1234*", "source": "dealer",
    "household": "H-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    """Make the units, and let the access log of each test stand for itself."""
    settings.DANGOL_HOME = tmp_path
    office()


@pytest.fixture
def dealer(client: Client) -> Client:
    """Return the browser of a dealer of D1."""
    client.force_login(staff(Role.DEALER, "D1"))
    return client


def logged() -> list[tuple[str, str, tuple[int, ...]]]:
    """What the access log says, in order: verb, page, whose."""
    told = [entry for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=False)]
    return [(one.verb, one.page, one.subjects) for one in told]


def enter(client: Client, **told: str) -> Any:
    return client.post("/customers/new/", TOLD | {"number": new_number()} | told, headers=EN)


def correct(client: Client, person: Customer, **told: str) -> Any:
    page = client.get(f"/customers/{person.pk}/correct/", headers=EN)
    form = page.context["form"]
    now = {name: form[name].value() or "" for name in form.fields if name != "no_entrance"}
    return client.post(f"/customers/{person.pk}/correct/", now | {"seen": page.context["seen"]} | told, headers=EN)


class TestNew:
    def test_makes_a_customer_of_the_dealers_own(self, dealer: Client) -> None:
        answer = enter(dealer)
        made = Customer.objects.get()
        assert answer["Location"] == f"/customers/{made.pk}/"
        assert (made.full_name, made.unit, made.place) == ("김단골", Unit.objects.get(code="D1"), "서울 마포구")
        assert unseal(made.entrance_sealed) == "1234*"
        page = dealer.get(answer["Location"], headers=EN).content.decode()
        assert "김단골 is entered." in page and "010-1234-5678" in page and "1234*" not in page
        assert ("changed", "customer_new", (made.pk,)) in logged()

    def test_keeps_by_which_campaign_the_person_came_and_takes_a_correction_back(self, dealer: Client) -> None:
        page = enter(dealer, source="hospital", came_by="2026 맘스페어")["Location"]
        shown = dealer.get(page, headers=EN).content.decode()
        assert "At a hospital" in shown and "2026 맘스페어" in shown
        person = Customer.objects.get()
        correct(dealer, person, came_by="2026 베이비페어")
        assert Customer.objects.get().came_by == "2026 베이비페어"
        assert "Before: Campaign or event they came by 2026 맘스페어" in dealer.get(page, headers=EN).content.decode()
        dealer.post(f"/customers/{person.pk}/corrections/{Correction.objects.get().pk}/undo/", headers=EN)
        assert Customer.objects.get().came_by == "2026 맘스페어"

    def test_gives_a_phone_its_keyboards(self, dealer: Client) -> None:
        page = dealer.get("/customers/new/", headers=EN).content.decode()
        for words in ('inputmode="tel"', 'inputmode="email"', 'inputmode="numeric"', 'autocapitalize="words"',
                      'autocomplete="off"', "data-keeps"):  # fmt: skip
            assert words in page

    def test_says_beside_each_field_what_is_wrong_and_keeps_what_was_written(self, dealer: Client) -> None:
        answer = enter(dealer, mobile="010-12", birth_date="19901301", email="x@")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Cannot read the birth date “19901301”." in page
        assert 'value="19901301"' in page and 'value="김단골"' in page
        page = enter(dealer, mobile="010-12", email="x@").content.decode()
        assert "Cannot read the phone number “010-12”." in page and "Cannot read the address “x@”." in page
        assert 'aria-invalid="true"' in page and 'value="010-12"' in page
        assert not Customer.objects.exists()

    def test_takes_a_form_that_is_sent_twice_for_one(self, dealer: Client) -> None:
        number = new_number()
        assert enter(dealer, number=number)["Location"] == enter(dealer, number=number)["Location"]
        assert Customer.objects.count() == 1

    def test_shows_the_customer_who_has_the_number(self, dealer: Client) -> None:
        enter(dealer)
        known = Customer.objects.get()
        answer = enter(dealer, full_name="또 김단골")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'href="/customers/{known.pk}/"' in page and 'value="또 김단골"' in page
        assert enter(dealer, full_name="또 김단골", another="1").status_code == 302
        assert Customer.objects.count() == 2

    def test_says_nothing_of_a_neighbour_who_has_the_number(self, dealer: Client, client: Client) -> None:
        other = Client()
        other.force_login(staff(Role.DEALER, "D2"))
        enter(other, full_name="옆집손님")
        answer = enter(dealer)
        assert answer.status_code == 302
        assert "옆집손님" not in dealer.get("/customers/").content.decode()

    def test_gives_a_dealer_no_say_in_whose_customer_it_is(self, dealer: Client) -> None:
        enter(dealer, unit="D2")
        assert Customer.objects.get().unit == Unit.objects.get(code="D1")

    def test_lets_head_office_choose_the_dealer(self, client: Client) -> None:
        client.force_login(staff(Role.AGENT))
        assert '<option value="D2">' in client.get("/customers/new/").content.decode()
        enter(client, unit="D2")
        assert Customer.objects.get().unit == Unit.objects.get(code="D2")
        assert enter(client, unit="nowhere", mobile="").status_code == 422

    def test_lets_a_region_choose_among_its_own(self, client: Client) -> None:
        client.force_login(staff(Role.AGENT, "R1"))
        page = client.get("/customers/new/").content.decode()
        assert '<option value="D2">' in page and '<option value="D3">' not in page
        assert enter(client, unit="D3").status_code == 422

    def test_stays_closed_without_a_contract(self, dealer: Client) -> None:
        Contract.objects.all().delete()
        page = dealer.get("/customers/new/", headers=EN)
        assert page.status_code == 200 and "Entry is closed" in page.content.decode()
        assert "data-keeps" not in page.content.decode()
        answer = enter(dealer)
        assert answer.status_code == 403 and "Entry is closed" in answer.content.decode()
        assert not Customer.objects.exists()
        assert ("refused", "customer_new", ()) in logged()

    def test_makes_resident_numbers_unreadable_and_says_so(self, dealer: Client) -> None:
        answer = dealer.post(
            "/customers/new/", {"full_name": "김단골 900301-1234567", "mobile": "010-1234-5678"}, headers=EN
        )
        page = dealer.get(answer["Location"], headers=EN).content.decode()
        assert f"김단골 {MASK}" in page and "1 resident number was made unreadable: it may not be kept." in page


class TestCorrect:
    @pytest.fixture
    def person(self, dealer: Client) -> Customer:
        enter(dealer)
        return Customer.objects.get()

    def test_changes_what_is_written_and_offers_to_undo_it(self, dealer: Client, person: Customer) -> None:
        answer = correct(dealer, person, mobile="010-9999-8888", place="서울 은평구")
        made = Correction.objects.get()
        page = dealer.get(answer["Location"], headers=EN).content.decode()
        undo = f"/customers/{person.pk}/corrections/{made.pk}/undo/"
        assert "010-9999-8888" in page and f'action="{undo}"' in page
        assert "Corrected: Mobile, District" in page and "Before: Mobile 010-1234-5678" in page
        assert ("changed", "customer_correct", (person.pk,)) in logged()
        dealer.post(undo, headers=EN)
        page = dealer.get(answer["Location"], headers=EN).content.decode()
        assert "It is as it was before." in page and "Put back: Mobile, District" in page
        assert ContactPoint.objects.get(customer=person, kind="mobile", valid_to=None).value == "+821012345678"
        dealer.post(undo, headers=EN)
        assert "changed again meanwhile" in dealer.get(answer["Location"], headers=EN).content.decode()

    def test_shows_nothing_of_the_entrance_code_and_leaves_it(self, dealer: Client, person: Customer) -> None:
        assert "1234*" not in dealer.get(f"/customers/{person.pk}/correct/").content.decode()
        correct(dealer, person, full_name="김단골손님")
        person.refresh_from_db()
        assert unseal(person.entrance_sealed) == "1234*"
        correct(dealer, person, no_entrance="on")
        person.refresh_from_db()
        assert person.entrance_sealed == ""

    def test_writes_nothing_where_nothing_changed(self, dealer: Client, person: Customer) -> None:
        assert correct(dealer, person).status_code == 302
        assert not Correction.objects.exists()

    def test_tells_when_somebody_else_was_faster(self, dealer: Client, person: Customer) -> None:
        answer = correct(dealer, person, seen="0" * 24, full_name="늦은 이름")
        assert answer.status_code == 422
        assert "Somebody changed this customer meanwhile." in answer.content.decode()
        assert 'value="늦은 이름"' in answer.content.decode()

    def test_is_not_for_a_neighbours_customer(self, person: Customer) -> None:
        other = Client()
        other.force_login(staff(Role.DEALER, "D2"))
        assert other.get(f"/customers/{person.pk}/correct/").status_code == 404
        assert other.post(f"/customers/{person.pk}/correct/", TOLD).status_code == 404
        assert ("refused", "customer_correct", (person.pk,)) in logged()


@pytest.mark.parametrize(
    ("text", "day"),
    [("19900301", "1990-03-01"), ("1990-03-01", "1990-03-01"), ("1990. 3. 1.", "1990-03-01"),
     ("1990년3월1일", "1990-03-01"), ("900301", None), ("1990031", None), ("19901301", None), ("", None),
     ("내일", None)],
)  # fmt: skip
def test_reads_a_day_however_it_is_written(text: str, day: str | None) -> None:
    made = read_day(text)
    assert (made.isoformat() if made else None) == day
