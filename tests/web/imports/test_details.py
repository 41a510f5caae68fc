"""Bringing in what a partner knows: look, say whose it is and what allows it, try, take in; and end it again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.contact.intake.models import Batch
from dangol.records.customers.filling import count_fields
from dangol.records.customers.models import ContactPoint, Customer, Identity, PartnerDetail, PartnerSet
from dangol.records.rights.bundle import as_json, bundle
from dangol.records.rights.models import Destruction
from dangol.records.staff.roles import Role
from dangol.web.privacy import bundle_paper
from tests.records.staff.office import office, staff
from tests.web.business import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
AT = datetime(2026, 10, 1, 3, tzinfo=UTC)
FILE = "회원번호,고객명,등급,지점\nA1,김단골,골드,은평\nX9,모르는 이,실버,마포\n".encode("cp949")
SAID = {
    "column-0": "customer", "column-1": "", "column-2": "detail", "column-3": "detail", "partner": "하나카드",
    "dataset": "회원 등급 10월", "received_on": "2026-10-01", "purpose": "등급에 맞는 혜택 안내", "basis": "consent",
    "evidence": "제3자 제공 동의서 v3", "side": "of",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of one's own, where long work happens at once."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return tmp_path


@pytest.fixture
def person() -> Customer:
    made = Customer.objects.create(full_name="김단골", registered_at=AT, attributes={"hobby": "등산"})
    Identity.objects.create(customer=made, source="own", external_id="A1")
    ContactPoint.objects.create(customer=made, kind="mobile", value="+821012345678", valid_from=AT)
    return made


def post(client: Client, path: str, data: Any = None) -> Any:
    return signed_in(client).post(path, data or {}, headers=EN)


def get(client: Client, path: str, language: str = "en") -> str:
    answer = signed_in(client).get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client: Client, content: bytes = FILE) -> str:
    file = SimpleUploadedFile("하나카드 등급.csv", content)
    return str(post(client, "/import/", {"file": file, "kind": "details"})["Location"])


def taken(client: Client, **changed: str) -> Any:
    return post(client, upload(client) + "take/", {**SAID, **changed})


class TestFile:
    def test_shows_what_is_guessed_and_asks_for_the_ground(self, client: Client, person: Customer) -> None:
        address = upload(client)
        assert address.endswith("/details/")
        told = get(client, address)
        assert '<option value="customer" selected>Customer number</option>' in told
        assert told.count('<option value="detail" selected>') == 2
        assert "What proves the ground" in told

    def test_is_tried_before_anybody_said_whose_it_is(self, client: Client, person: Customer) -> None:
        told = get(client, upload(client) + "trial/")
        assert "Would be left out" in told
        assert "Not taken in: 고객명." in told
        assert "Amount" not in told
        assert not PartnerSet.objects.exists()

    def test_says_when_no_column_or_two_tell_who_it_is(self, client: Client, person: Customer) -> None:
        address = upload(client)
        for said in ("column-0=detail", "column-0=customer&column-1=phone&column-2=detail", "column-0=customer"):
            words = "There is no detail" if said == "column-0=customer" else "Name one column that says who it is"
            assert words in get(client, f"{address}trial/?{said}")

    def test_that_is_gone_is_said_to_be(self, client: Client, person: Customer) -> None:
        for part in ("", "trial/"):
            answer = signed_in(client).get(f"/import/{'0' * 24}/details/{part}", headers=EN)
            assert "no longer here" in answer.content.decode()
        assert post(client, f"/import/{'0' * 24}/details/take/", SAID).status_code == 422


class TestTake:
    def test_takes_in_and_shows_it_everywhere(self, client: Client, person: Customer, settings: Any) -> None:
        address = taken(client)["Location"]
        result = get(client, signed_in(client).get(address, headers=EN)["Location"])
        assert "1 row is in. 1 row was left out" in result
        assert "회원 등급 10월" in result and "See the map" not in result
        assert PartnerDetail.objects.get().told == {"등급": "골드", "지점": "은평"}
        assert Batch.objects.get().by == PartnerSet.objects.get().by
        profile = get(client, f"/customers/{person.pk}/")
        assert "골드" in profile and "From 하나카드: 회원 등급 10월" in profile and "등산" in profile
        assert "From 하나카드: 회원 등급 10월" in get(client, "/privacy/inventory/")
        notice = get(client, "/privacy/inventory/notice/?language=en").split("5. What did not come")[1]
        assert "하나카드" in notice and "Consent" in notice and "등급에 맞는 혜택 안내" in notice
        listed = get(client, "/privacy/partners/")
        assert "제3자 제공 동의서 v3" in listed and "등급, 지점" in listed

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"evidence": ""}, "These data are said to rest on consent, and nothing shows it."),
            ({"partner": ""}, "Say which partner the data came from."),
            ({"received_on": "2999-01-01"}, "Say on which day the data came to us: today or before."),
            ({"received_on": "soon"}, "Enter a valid date."),
            ({"basis": "hope"}, "Select a valid choice."),
            ({"column-0": ""}, "Name one column that says who it is"),
            ({"column-2": "", "column-3": ""}, "There is no detail in the file"),
        ],
        ids=str,
    )
    def test_is_refused_without_its_ground_and_keeps_what_was_written(
        self, client: Client, person: Customer, changed: dict[str, str], words: str
    ) -> None:
        answer = taken(client, **changed)
        told = answer.content.decode()
        assert answer.status_code == 422
        assert words in told.replace("&#x27;", "'")
        assert 'value="등급에 맞는 혜택 안내"' in told
        assert not PartnerSet.objects.exists() and not Batch.objects.exists()

    def test_of_a_set_on_another_ground_fails_in_words(self, client: Client, person: Customer) -> None:
        taken(client)
        told = get(client, taken(client, evidence="다른 증거")["Location"])
        assert "is here already: received on" in told
        assert "Back to the file" in told and "/details/" in told

    def test_lets_go_of_the_upload(self, client: Client, person: Customer, home: Path) -> None:
        taken(client)
        assert not [path for path in (home / "uploads").rglob("*") if path.is_file()]

    def test_needs_the_right_and_everybody_in_sight(self, client: Client, person: Customer) -> None:
        office()
        for somebody in (staff(Role.DEALER, "D1"), staff(Role.MARKETER, "D1"), staff(Role.AGENT)):
            client.force_login(somebody)
            assert client.post(f"/import/{'0' * 24}/details/take/", SAID).status_code == 403


class TestWhoSees:
    def test_values_stay_hidden_from_who_sees_people_masked(self, client: Client, person: Customer) -> None:
        taken(client)
        client.force_login(staff(Role.MARKETER))
        told = client.get(f"/customers/{person.pk}/", headers=EN).content.decode()
        assert "From 하나카드: 회원 등급 10월" in told
        assert "골드" not in told and "등산" not in told
        assert "Not shown to your role" in told

    def test_dealers_are_not_told(self, client: Client, person: Customer) -> None:
        taken(client)
        person.unit = office()["D1"]
        person.save()
        client.force_login(staff(Role.DEALER, "D1"))
        told = client.get(f"/customers/{person.pk}/", headers=EN).content.decode()
        assert "김단골" in told and "하나카드" not in told and "골드" not in told

    def test_the_person_is_told_partner_data_purpose_and_ground(self, client: Client, person: Customer) -> None:
        taken(client)
        found = bundle(person.pk, language="en", at=AT)
        told = json.loads(as_json(found))["further_details"]
        assert told[0] == {
            "name": "hobby", "value": "등산", "partner": None, "data_set": None, "received_on": None, "purpose": None,
            "ground": None, "evidence": None,
        }  # fmt: skip
        assert told[1] == {
            "name": "등급", "value": "골드", "partner": "하나카드", "data_set": "회원 등급 10월",
            "received_on": "2026-10-01", "purpose": "등급에 맞는 혜택 안내", "ground": "Consent",
            "evidence": "제3자 제공 동의서 v3",
        }  # fmt: skip
        lines = dict(bundle_paper.sections(found))["Further details, and where they came from"]
        assert "등급: 골드 · From 하나카드: 회원 등급 10월 · received on" in lines[1]
        assert lines[1].endswith("등급에 맞는 혜택 안내 · Consent · 제3자 제공 동의서 v3")
        assert bundle_paper.pdf(found, mark="test").startswith(b"%PDF")


class TestInventory:
    def test_counts_each_detail_of_a_set(self, client: Client, person: Customer) -> None:
        Customer.objects.create(full_name="다른 이", registered_at=AT)
        taken(client)
        count_fields(at=AT)
        told = get(client, "/privacy/inventory/").split("<b>등급</b>")[1].split("</tr>")[0]
        assert "1 of 2" in told and "From 하나카드" in told
        assert "Evidence and end" in told and "State the purpose" not in told


class TestEnd:
    def test_takes_it_off_everybody_and_out_of_every_page(self, client: Client, person: Customer) -> None:
        taken(client)
        one = PartnerSet.objects.get()
        told = get(client, f"/privacy/partners/{one.pk}/")
        assert "End this alliance" in told
        answer = post(client, f"/privacy/partners/{one.pk}/end/", {"reason": "계약이 끝남"})
        assert answer["Location"] == f"/privacy/partners/{one.pk}/"
        assert not PartnerDetail.objects.exists()
        for page in (f"/customers/{person.pk}/", "/privacy/inventory/", "/privacy/inventory/notice/"):
            assert "하나카드" not in get(client, page)
        assert "Ended: nothing of them is kept" in get(client, "/privacy/partners/")
        ledger = get(client, "/privacy/destructions/")
        assert "A partner&#x27;s data ended" in ledger and "하나카드, 회원 등급 10월: 계약이 끝남" in ledger
        assert "What partners told us of you" in ledger

    def test_asks_why_and_happens_once(self, client: Client, person: Customer) -> None:
        taken(client)
        address = f"/privacy/partners/{PartnerSet.objects.get().pk}/end/"
        assert "Say why the alliance ends" in post(client, address, {"reason": ""}).content.decode()
        assert PartnerDetail.objects.exists()
        post(client, address, {"reason": "계약이 끝남"})
        assert "has ended already" in post(client, address, {"reason": "계약이 끝남"}).content.decode()
        assert Destruction.objects.count() == 1

    def test_is_the_owners_word(self, client: Client, person: Customer) -> None:
        taken(client)
        address = f"/privacy/partners/{PartnerSet.objects.get().pk}/"
        client.force_login(staff(Role.MARKETER))
        assert "End this alliance" not in client.get(address, headers=EN).content.decode()
        assert client.post(address + "end/", {"reason": "계약이 끝남"}).status_code == 403
        assert PartnerDetail.objects.exists()
