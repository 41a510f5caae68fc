"""What programs do by the API is done as by the pages: within scope, with evidence, or refused with nothing changed."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from django.test import Client

from dangol.decisions.campaigns.models import Campaign
from dangol.lib.sealing import unseal
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import Note
from dangol.records.permission.models import Consent, ConsentText, Suppression
from dangol.records.staff.models import ApiKey, Contract, Invitation, Unit
from dangol.records.staff.roles import Role, bundle
from tests.records.staff.office import staff
from tests.web.api.shop import Shop, key, send

pytestmark = [pytest.mark.django_db, pytest.mark.store]

NUMBER = "E-0123ABCD"
RRN = "900301-1234567"


@pytest.fixture
def dealer(here: Shop) -> str:
    return key(staff(Role.DEALER, "D1"))


@pytest.fixture
def agent(here: Shop) -> str:
    return key(staff(Role.AGENT))


@pytest.fixture
def owner(here: Shop) -> str:
    return key(staff(Role.OWNER))


class TestEntering:
    def test_a_dealers_key_enters_a_customer_for_its_own_unit(self, here: Shop, dealer: str) -> None:
        told = {"full_name": "새봄", "mobile": "010-9999-0001", "entrance": "77#", "birth_date": "1990-03-01"}
        card = send("POST", "/customers", dealer, told).json()
        made = Customer.objects.get(pk=card["id"])
        assert (made.full_name, made.unit.code, unseal(made.entrance_sealed)) == ("새봄", "D1", "77#")
        assert ContactPoint.objects.get(customer=made).value == "+821099990001"
        assert "77#" not in json.dumps(card)

    def test_says_by_which_way_and_campaign_they_came(self, here: Shop, agent: str) -> None:
        told = {"full_name": "새봄", "source": "web", "came_by": "봄 전단"}
        card = send("POST", "/customers", agent, told).json()
        assert (card["source"], card["came_by"]) == ("web", "봄 전단")
        send("PATCH", f"/customers/{card['id']}", agent, {"came_by": ""})
        assert send("GET", f"/customers/{card['id']}", agent).json()["came_by"] == ""

    def test_not_for_a_neighbours(self, here: Shop, dealer: str) -> None:
        answer = send("POST", "/customers", dealer, {"full_name": "새봄", "unit": "D2"})
        assert answer.status_code == 422
        assert "unit" in answer.json()["fields"]
        assert not Customer.objects.filter(full_name="새봄").exists()

    def test_sent_twice_makes_one_customer(self, here: Shop, dealer: str) -> None:
        told = {"full_name": "새봄", "number": NUMBER}
        first, second = (send("POST", "/customers", dealer, told).json()["id"] for _twice in range(2))
        assert first == second

    def test_leads_to_who_is_here_already_but_not_to_a_neighbours(self, here: Shop, dealer: str) -> None:
        mine, other = (ContactPoint.objects.get(customer=one).value for one in (here.mine, here.neighbour))
        known = send("POST", "/customers", dealer, {"full_name": "새봄", "mobile": mine})
        assert (known.status_code, known.json()["customer"]) == (409, here.mine.pk)
        assert send("POST", "/customers", dealer, {"full_name": "새봄", "mobile": other}).status_code == 200

    def test_stays_closed_without_a_contract(self, here: Shop, dealer: str) -> None:
        Contract.objects.all().delete()
        answer = send("POST", "/customers", dealer, {"full_name": "새봄"})
        assert (answer.status_code, answer.json()["error"]) == (403, "entry_closed")

    @pytest.mark.parametrize("told", [
        {}, {"full_name": ""}, {"mobile": "12"}, {"full_name": "새봄", "birth_date": "2990-01-01"},
        {"full_name": "새봄", "email": "nobody"}, {"full_name": "새봄", "gender": "?"}, {"full_name": "가" * 121},
        {"full_name": "새봄", "line": "none of ours"}, {"full_name": "새봄", "password": "x"}, {"full_name": "a\0b"},
        {"full_name": "새봄", "number": "E-1"}, {"full_name": 7}, [], None, "새봄",
    ])  # fmt: skip
    def test_refuses_what_cannot_be_with_a_sentence_and_changes_nothing(
        self, here: Shop, agent: str, told: Any
    ) -> None:
        before = Customer.objects.count()
        answer = send("POST", "/customers", agent, told)
        assert answer.status_code == 422
        assert answer.json()["sentence"]
        assert Customer.objects.count() == before

    def test_makes_resident_numbers_unreadable(self, here: Shop, agent: str) -> None:
        card = send("POST", "/customers", agent, {"full_name": f"새봄 {RRN}"}).json()
        assert card["name"] == "새봄 ******-*******"
        assert send("POST", f"/customers/{card['id']}/notes", agent, {"text": f"번호 {RRN}"}).status_code == 200
        assert Note.objects.latest("pk").interaction.text == "번호 ******-*******"


class TestCorrecting:
    def test_changes_what_was_sent_and_nothing_else(self, here: Shop, dealer: str) -> None:
        answer = send("PATCH", f"/customers/{here.mine.pk}", dealer, {"address": "서울 종로구 1"})
        assert answer.json()["fields"] == ["address"]
        after = Customer.objects.get(pk=here.mine.pk)
        assert (after.address, after.full_name, after.unit) == ("서울 종로구 1", here.mine.full_name, here.mine.unit)
        assert unseal(after.entrance_sealed) == "1234*"

    def test_empties_what_is_sent_empty(self, here: Shop, dealer: str) -> None:
        send("PATCH", f"/customers/{here.mine.pk}", dealer, {"entrance": ""})
        assert unseal(Customer.objects.get(pk=here.mine.pk).entrance_sealed) == ""

    def test_can_be_taken_back(self, here: Shop, dealer: str) -> None:
        path = f"/customers/{here.mine.pk}"
        made = send("PATCH", path, dealer, {"full_name": "다른 이름"}).json()["correction"]
        assert send("POST", f"{path}/corrections/{made}/undo", dealer).status_code == 200
        assert Customer.objects.get(pk=here.mine.pk).full_name == here.mine.full_name
        assert send("POST", f"{path}/corrections/{made}/undo", dealer).status_code == 409

    def test_is_refused_where_somebody_changed_it_meanwhile(self, here: Shop, dealer: str) -> None:
        path = f"/customers/{here.mine.pk}"
        seen = send("GET", path, dealer).json()["seen"]
        assert send("PATCH", path, dealer, {"full_name": "하나", "seen": seen}).status_code == 200
        again = send("PATCH", path, dealer, {"full_name": "둘", "seen": seen})
        assert again.status_code == 409
        assert Customer.objects.get(pk=here.mine.pk).full_name == "하나"

    def test_of_a_neighbours_is_as_if_nobody_were_there(self, here: Shop, dealer: str) -> None:
        answers = [
            send("PATCH", f"/customers/{one}", dealer, {"full_name": "x"}) for one in (here.neighbour.pk, 999_999)
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
        assert Customer.objects.get(pk=here.neighbour.pk).full_name == here.neighbour.full_name

    def test_on_somebodys_word_takes_that_it_was_made_sure_whose(self, here: Shop, agent: str) -> None:
        told = {"full_name": "새 이름", "told_by": "person", "way": "phone"}
        assert send("PATCH", f"/customers/{here.mine.pk}", agent, told).status_code == 409
        assert send("PATCH", f"/customers/{here.mine.pk}", agent, {**told, "sure": "call_back"}).status_code == 200

    def test_tells_a_key_that_sees_people_masked_no_mark_of_them(self, here: Shop) -> None:
        token = key(staff(Role.OWNER), may=["see_customers", "enter_customers"])
        card = send("GET", f"/customers/{here.mine.pk}", token).json()
        assert card["seen"] == ""
        assert here.mine.full_name not in json.dumps(card, ensure_ascii=False)


class TestNotes:
    def test_sent_twice_write_one(self, here: Shop, dealer: str) -> None:
        path, told = f"/customers/{here.mine.pk}/notes", {"text": "문 앞", "mark": "0123456789abcdef"}
        assert send("POST", path, dealer, told).json() == send("POST", path, dealer, told).json()

    def test_sensitive_ones_are_sealed_and_shown_on_request(self, here: Shop, dealer: str) -> None:
        path = f"/customers/{here.mine.pk}"
        note = send("POST", f"{path}/notes", dealer, {"text": "무릎 수술", "sensitive": True}).json()["note"]
        assert "무릎" not in send("GET", f"{path}/timeline", dealer).content.decode()
        assert send("POST", f"{path}/notes/{note}/show", dealer).json() == {"text": "무릎 수술"}

    def test_are_struck_once(self, here: Shop, agent: str) -> None:
        path = f"/customers/{here.mine.pk}/notes"
        note = send("POST", path, agent, {"text": "틀린 말"}).json()["note"]
        assert send("POST", f"{path}/{note}/strike", agent, {"text": "맞는 말"}).status_code == 200
        assert send("POST", f"{path}/{note}/strike", agent, {}).status_code == 409

    def test_of_somebody_else_are_not_there(self, here: Shop, agent: str) -> None:
        answer = send("POST", f"/customers/{here.neighbour.pk}/notes/{here.numbers['note']}/show", agent)
        assert answer.status_code == 404


class TestConsents:
    def answer(self, here: Shop, token: str, **told: Any) -> Any:
        whole = {"purpose": "marketing", "channel": "email", "answer": "yes", "how": "web", "shown": "ko", **told}
        return send("POST", f"/customers/{here.mine.pk}/consents", token, whole)

    def test_are_appended_with_their_evidence_and_the_key_they_came_by(self, here: Shop, agent: str) -> None:
        assert self.answer(here, agent, evidence="order 17").status_code == 200
        made, prefix = Consent.objects.latest("pk"), ApiKey.objects.get().prefix
        assert (made.granted, made.how, made.evidence) == (True, "web", f"order 17 (api {prefix})")
        assert made.text == ConsentText.objects.get(purpose="marketing", language="ko", version=1)

    def test_without_evidence_are_no_agreement(self, here: Shop, agent: str) -> None:
        before = Consent.objects.count()
        answer = self.answer(here, agent)
        assert (answer.status_code, answer.json()["error"]) == (409, "NoEvidence")
        assert Consent.objects.count() == before

    def test_a_refusal_needs_none(self, here: Shop, agent: str) -> None:
        assert self.answer(here, agent, answer="no", shown="").status_code == 200
        assert not Consent.objects.latest("pk").granted

    @pytest.mark.parametrize("told", [{"how": "import"}, {"purpose": "fun"}, {"channel": "smoke"}, {"answer": "maybe"}])
    def test_refuse_what_nobody_asks(self, here: Shop, agent: str, told: dict[str, str]) -> None:
        assert self.answer(here, agent, evidence="order 17", **told).status_code == 422

    def test_a_key_that_sees_people_masked_reads_refusals_without_names(self, here: Shop) -> None:
        answer = self.answer(here, key(staff(Role.OWNER), may=["keep_consent"]))
        assert answer.status_code == 409
        assert here.mine.full_name not in answer.json()["sentence"]

    def test_suppression_stands_over_them_until_it_is_lifted(self, here: Shop, agent: str) -> None:
        path, asked = f"/customers/{here.mine.pk}", {"channel": "till_coupon"}
        assert send("GET", f"{path}/may-send", agent, **asked).json()["allowed"]
        send("POST", f"{path}/suppress", agent, {"how": "phone", "reason": "asked"})
        told = send("GET", f"{path}/may-send", agent, **asked).json()
        assert (told["allowed"], told["reason"]) == (False, "suppressed")
        assert send("POST", f"{path}/lift", agent, {"how": "phone", "why": "call 7"}).json() == {"changed": True}
        assert send("GET", f"{path}/may-send", agent, **asked).json()["allowed"]
        assert Suppression.objects.get().lifted_why == "call 7"

    def test_are_asked_for_many_at_once_within_scope(self, here: Shop, dealer: str) -> None:
        asked = {"channel": "shown_sms", "customers": [here.mine.pk, here.neighbour.pk, 999_999]}
        told = send("POST", "/may-send", dealer, asked).json()
        assert set(told["verdicts"]) == {str(here.mine.pk)}
        assert told["absent"] == [here.neighbour.pk, 999_999]

    def test_wishes_change_what_was_sent_alone(self, here: Shop, agent: str) -> None:
        path = f"/customers/{here.mine.pk}"
        before = send("GET", f"{path}/consents", agent).json()["wishes"]
        after = send("POST", f"{path}/wishes", agent, {"per_month": 2, "how": "phone", "seen": before["seen"]}).json()
        assert (after["per_month"], after["topics"]) == (2, before["topics"] or after["topics"])
        assert (
            send("POST", f"{path}/wishes", agent, {"per_month": 3, "how": "phone", "seen": before["seen"]}).status_code
            == 409
        )


class TestRights:
    def demand(self, here: Shop, token: str, kind: str, *, sure: bool = True) -> int:
        told = {"kind": kind, "way": "phone", "wish": f"{RRN} 지워 주세요"}
        number = int(send("POST", f"/customers/{here.mine.pk}/requests", token, told).json()["id"])
        if sure:
            send("POST", f"/requests/{number}/steps/checked", token, {"note": "called back"})
        return number

    def test_a_person_is_shown_everything(self, here: Shop, agent: str) -> None:
        number = self.demand(here, agent, "see")
        bundle_ = send("POST", f"/requests/{number}/bundle", agent, {"reason": "asked for it"}).json()
        assert bundle_["customer_number"] == here.mine.pk
        assert RRN not in json.dumps(bundle_)

    def test_not_before_it_is_sure_who_asks_nor_without_a_reason(self, here: Shop, agent: str) -> None:
        number = self.demand(here, agent, "see", sure=False)
        assert send("POST", f"/requests/{number}/bundle", agent, {"reason": "asked for it"}).status_code == 409
        assert send("POST", f"/requests/{here.numbers['see']}/bundle", agent, {"reason": "   x   "}).status_code == 422

    def test_nor_to_a_key_that_sees_people_masked(self, here: Shop) -> None:
        token = key(staff(Role.OWNER), may=["answer_requests"])
        path = f"/requests/{here.numbers['see']}"
        assert send("POST", f"{path}/bundle", token, {"reason": "asked for it"}).status_code == 403
        told = send("GET", path, token).json()
        assert not [secret for secret in here.both if secret in json.dumps(told, ensure_ascii=False)]

    def test_a_person_is_corrected_and_what_was_is_kept(self, here: Shop, agent: str) -> None:
        number = self.demand(here, agent, "correct")
        told = send("POST", f"/requests/{number}/correct", agent, {"full_name": "바른 이름"}).json()
        assert told["changes"] == {"full_name": [here.mine.full_name, "바른 이름"]}

    def test_a_person_is_forgotten_once_their_number_is_confirmed(self, here: Shop, agent: str) -> None:
        number = self.demand(here, agent, "erase")
        wrong = send("POST", f"/requests/{number}/erase", agent, {"customer": here.neighbour.pk})
        assert (wrong.status_code, Customer.objects.get(pk=here.mine.pk).erased_at) == (409, None)
        done = send("POST", f"/requests/{number}/erase", agent, {"customer": here.mine.pk})
        assert done.status_code == 200
        assert here.mine.full_name in done.json()["letter"]
        assert Customer.objects.get(pk=here.mine.pk).full_name == ""
        assert send("GET", f"/customers/{here.mine.pk}", agent).status_code == 404
        assert send("POST", f"/requests/{number}/erase", agent, {"customer": here.mine.pk}).status_code == 409

    @pytest.mark.parametrize("step", ["stop", "erase"])
    def test_nothing_is_done_that_was_not_demanded(self, here: Shop, agent: str, step: str) -> None:
        body = {"customer": here.mine.pk} if step == "erase" else None
        answer = send("POST", f"/requests/{here.numbers['see']}/{step}", agent, body)
        assert answer.status_code == 409
        assert Customer.objects.get(pk=here.mine.pk).erased_at is None

    def test_stopping_closes_the_demand(self, here: Shop, agent: str) -> None:
        number = self.demand(here, agent, "stop", sure=False)
        assert send("POST", f"/requests/{number}/stop", agent).status_code == 200
        assert send("GET", f"/requests/{number}", agent).json()["closed"]
        assert send("POST", f"/requests/{number}/stop", agent).status_code == 409


class TestKeysGiveNoMoreThanTheyHold:
    def test_a_small_key_of_the_owner_lets_nobody_in_for_more(self, here: Shop) -> None:
        small = key(staff(Role.OWNER), may=["manage_staff", "see_customers"])
        before = Invitation.objects.count()
        for role in ("agent", "marketer", "analyst", "dealer", "auditor"):
            told = {"name": "김새로", "role": role, "unit": Unit.objects.get(code="D1").pk}
            answer = send("POST", "/invitations", small, told)
            assert answer.status_code == 403, role
            assert "lacks" in answer.json()["sentence"]
            moved = send(
                "PATCH", f"/staff/{here.numbers['leaver']}", small, {"role": role, "why": "x", "unit": told["unit"]}
            )
            assert moved.status_code == 403
        assert Invitation.objects.count() == before

    def test_nobody_is_made_the_owner(self, here: Shop, owner: str) -> None:
        assert send("POST", "/invitations", owner, {"name": "김새로", "role": "owner"}).status_code == 422
        told = {"role": "owner", "why": "a coup"}
        assert send("PATCH", f"/staff/{here.numbers['leaver']}", owner, told).status_code == 422

    def test_the_owners_whole_key_lets_in_whoever_may_less(self, here: Shop, owner: str) -> None:
        told = send("POST", "/invitations", owner, {"name": "김새로", "role": "agent"}).json()
        assert Client().get(told["link"].partition("testserver")[2]).status_code == 200

    def test_the_laws_archive_is_opened_to_nobody_by_a_key_that_lacks_it(self, here: Shop, owner: str) -> None:
        assert send("POST", "/invitations", owner, {"name": "감사", "role": "auditor"}).status_code == 403

    def test_an_owner_without_a_password_lets_nobody_in(self, here: Shop, owner: str) -> None:
        user = staff(Role.OWNER)
        user.set_unusable_password()
        user.save()
        assert send("POST", "/invitations", owner, {"name": "김새로", "role": "agent"}).status_code == 409

    def test_no_operation_makes_or_closes_keys(self, here: Shop, owner: str) -> None:
        before = list(ApiKey.objects.values_list("pk", "revoked_at"))
        for path in ("/keys", "/staff/keys", "/staff/1/keys"):
            assert send("POST", path, owner, {"name": "x", "may": sorted(bundle(Role.OWNER))}).status_code in {404, 405}
        assert list(ApiKey.objects.values_list("pk", "revoked_at")) == before


class TestCampaigns:
    PLAN: ClassVar = {
        "name": "봄 편지", "channel": "till_coupon", "offer": "thanks", "body": "{{이름}}님", "region": ["II", "III"],
    }  # fmt: skip

    def test_are_planned_as_on_the_page(self, here: Shop) -> None:
        token = key(staff(Role.MARKETER))
        made = send("POST", "/campaigns", token, self.PLAN).json()
        one = Campaign.objects.get(pk=made["id"])
        assert (one.segment.rule, one.estimator, one.launched_at) == ({"region": ["III", "II"]}, "adjusted", None)
        assert send("POST", f"/campaigns/{one.pk}/send", token).json()["state"] == "under_way"

    @pytest.mark.parametrize("told", [
        {"name": "가을 감사 편지"}, {"offer": "gold"}, {"body": "{{nonsense}}"}, {"holdout": 0}, {"weeks": 53},
        {"channel": "smoke"}, {"region": ["IV"]}, {"body": " "}, {"topic": "nothing"},
    ])  # fmt: skip
    def test_that_cannot_be_are_refused_with_a_sentence(self, here: Shop, told: dict[str, Any]) -> None:
        answer = send("POST", "/campaigns", key(staff(Role.MARKETER)), {**self.PLAN, **told})
        assert answer.status_code == 422
        assert Campaign.objects.count() == 1

    def test_are_not_for_keys_that_see_some_customers_alone(self, here: Shop) -> None:
        assert send("GET", "/campaigns", key(staff(Role.MARKETER, "R1"))).status_code == 403


class TestBodies:
    def raw(self, token: str, body: bytes, kind: str = "application/json") -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return Client(raise_request_exception=False).generic("POST", "/api/v1/customers", body, kind, headers=headers)

    @pytest.mark.parametrize("body", [
        b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"full_name":' + b"1" * 5_000 + b"}", b'{"full_name":NaN}',
        b'{"full_name":"\\ud800"}', b'{"\\ud800":"x"}', b'{"full_name":"\\u0000"}', b'{"full_name":{"a":' * 5_000,
    ], ids=range(10))  # fmt: skip
    def test_that_cannot_be_read_are_refused(self, here: Shop, agent: str, body: bytes) -> None:
        answer = self.raw(agent, body)
        assert answer.status_code in {400, 422}
        assert answer.json()["sentence"]

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
    def test_that_do_not_say_that_they_are_json_are_refused(self, here: Shop, agent: str, kind: str) -> None:
        assert self.raw(agent, b'{"full_name":"%s"}' % RRN.encode(), kind).status_code == 400

    def test_too_large_are_refused(self, here: Shop, agent: str, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
        assert self.raw(agent, b'{"full_name":"' + b"x" * 2_000 + b'"}').status_code == 413

    def test_rights_are_asked_before_anything_is_read(self, here: Shop) -> None:
        assert self.raw(key(staff(Role.ANALYST)), b"{").status_code == 403


class TestSentTwice:
    """With the header Idempotency-Key (web/shell/once.py)."""

    def twice(self, token: str, path: str, body: Any) -> list[int]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "order-17-of-today"}
        client = Client(raise_request_exception=False)
        answers = [
            client.post(f"/api/v1{path}", json.dumps(body), "application/json", headers=headers) for _twice in range(2)
        ]
        return [one.status_code for one in answers]

    def test_is_done_once(self, here: Shop, agent: str) -> None:
        assert self.twice(agent, "/customers", {"full_name": "새봄"}) == [200, 409]
        assert Customer.objects.filter(full_name="새봄").count() == 1

    def test_may_be_sent_again_where_it_was_refused(self, here: Shop, agent: str) -> None:
        assert self.twice(agent, "/customers", {}) == [422, 422]

    def test_forgets_a_person_once(self, here: Shop, agent: str) -> None:
        path = f"/requests/{here.numbers['erase']}/erase"
        assert self.twice(agent, path, {"customer": here.mine.pk})[0] == 200
