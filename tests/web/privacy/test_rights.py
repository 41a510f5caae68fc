"""The pages of what people demand: taken in, answered, told exactly before anything goes, and the ledgers of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.customers.models import Customer
from dangol.records.rights import actions
from dangol.records.rights.models import Request, Step
from dangol.records.staff.access import spool
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import office, staff
from tests.web.business import business, campaign

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    settings.LANGUAGE_CODE = "en"
    return tmp_path


@pytest.fixture
def person() -> Customer:
    office()
    people = business()
    campaign()
    return people[2]


@pytest.fixture
def agent(client: Client, person: Customer) -> Client:
    client.force_login(staff(Role.AGENT))
    return client


def demand(person: Customer, kind: str, *, sure: bool = True) -> Request:
    """Take one in."""
    made = actions.take_in(person, kind=kind, way="counter", wish="부탁해요", by=None, at=clock.now())
    if sure:
        actions.make_sure(made, how="identity card seen", by=None, at=clock.now())
    return made


def logged(home: Path) -> list[dict[str, Any]]:
    """What stands in the access log, as it was written."""
    return [json.loads(line) for file in spool.waiting() for line in file.read_text(encoding="utf-8").splitlines()]


class TestTakeIn:
    def test_leads_from_the_customers_page_to_the_demand(self, agent: Client, person: Customer) -> None:
        assert f"/privacy/rights/{person.pk}/" in agent.get(f"/customers/{person.pk}/").content.decode()
        page = agent.get(f"/privacy/rights/{person.pk}/").content.decode()
        assert "Region" in page and person.full_name in page
        sent = {"kind": "see", "way": "phone", "asked_by": "self", "language": "ko", "wish": "다 보고 싶어요"}
        answer = agent.post(f"/privacy/rights/{person.pk}/", sent)
        made = Request.objects.get()
        assert answer["Location"] == f"/privacy/requests/{made.pk}/"
        assert (made.way, made.taken_by) == ("phone", staff(Role.AGENT))
        page = agent.get(answer["Location"]).content.decode()
        assert "다 보고 싶어요" in page and f'datetime="{made.due_on.isoformat()}"' in page

    def test_lists_the_overdue_with_words(self, agent: Client, person: Customer) -> None:
        made = demand(person, "see")
        Request.objects.filter(pk=made.pk).update(due_on=clock.now().date() - timedelta(days=3))
        page = agent.get("/privacy/requests/").content.decode()
        assert "overdue" in page
        assert "overdue" not in agent.get("/privacy/requests/?show=closed").content.decode()

    def test_shows_on_today_when_it_presses(self, agent: Client, person: Customer) -> None:
        made = demand(person, "see")
        assert f"/privacy/requests/{made.pk}/" not in agent.get("/").content.decode()
        Request.objects.filter(pk=made.pk).update(due_on=clock.now().date() + timedelta(days=1))
        assert f"/privacy/requests/{made.pk}/" in agent.get("/").content.decode()


class TestSteps:
    def test_keeps_what_was_written_when_it_refuses(self, agent: Client, person: Customer) -> None:
        made = demand(person, "see", sure=False)
        answer = agent.post(f"/privacy/requests/{made.pk}/step/refused/", {"note": "no"})
        assert answer.status_code == 422 and "no</textarea>" in answer.content.decode()

    def test_refuses_with_a_letter_to_be_printed(self, agent: Client, person: Customer) -> None:
        person.contact_points.all().delete()
        made = demand(person, "see")
        agent.post(f"/privacy/requests/{made.pk}/step/refused/", {"note": "다른 분의 자료예요"})
        step = made.steps.latest("pk")
        page = agent.get(f"/privacy/requests/{made.pk}/letter/{step.pk}/").content.decode()
        assert "다른 분의 자료예요" in page

    def test_writes_down_a_second_look(self, agent: Client, person: Customer) -> None:
        made = demand(person, "explain")
        page = agent.get(f"/privacy/requests/{made.pk}/").content.decode()
        assert 'value="region|run:' in page
        which = page.split('<option value="region|')[1].split('"')[0]
        agent.post(f"/privacy/requests/{made.pk}/review/",
                   {"which": f"region|{which}", "outcome": "stands", "words": "기록과 맞아요"})  # fmt: skip
        assert "기록과 맞아요" in agent.get(f"/privacy/requests/{made.pk}/").content.decode()


class TestBundle:
    def test_asks_for_a_reason_and_leaves_a_trace(self, agent: Client, person: Customer, home: Path) -> None:
        made = demand(person, "see")
        address = f"/privacy/requests/{made.pk}/bundle/"
        assert agent.post(address, {"reason": "", "kind": "json", "language": "ko"}).status_code == 422
        answer = agent.post(address, {"reason": "she asked for it", "kind": "json", "language": "ko"})
        told = json.loads(answer.content)
        rows = {table["name"]: table["rows"] for table in told["tables"]}
        assert rows["customers.Customer"][0]["full_name"] == person.full_name
        assert len(rows["ledger.OrderLine"]) == 4 and rows["analysis.Score"]
        assert rows["customers.Customer"][0]["gender"] in ("", {"code": "", "text": "모름"})
        assert {one["decision"] for one in told["automated_decisions"]} == {"region", "campaign", "offer"}
        assert [one["name"] for one in told["recipients"]] == ["D1 대리점", "D2 대리점", "D3 대리점"]
        assert any(line["verb"] == "took" and line["reason"].endswith(" she asked for it") for line in logged(home))

    def test_needs_to_know_who_asks(self, agent: Client, person: Customer) -> None:
        made = demand(person, "see", sure=False)
        answer = agent.post(f"/privacy/requests/{made.pk}/bundle/",
                            {"reason": "she asked for it", "kind": "json", "language": "ko"})  # fmt: skip
        assert answer.status_code == 422 and "make sure who asks" in answer.content.decode()

    def test_can_be_printed_as_a_page(self, agent: Client, person: Customer) -> None:
        made = demand(person, "see")
        answer = agent.post(f"/privacy/requests/{made.pk}/bundle/",
                            {"reason": "she asked for it", "kind": "html", "language": "ko"})  # fmt: skip
        page = answer.content.decode()
        assert person.full_name in page and "저지방 우유" in page and "이번 달만 세 번째예요." in page

    def test_is_a_pdf_with_korean_letters(self, person: Customer) -> None:
        pytest.importorskip("reportlab")
        from dangol.records.rights.bundle import bundle
        from dangol.web.privacy import bundle_paper
        from dangol.web.shell import paper

        made = bundle_paper.pdf(bundle(person.pk, at=clock.now()), mark="test")
        assert made.startswith(b"%PDF") and (b"Nanum" in made or paper.BUILT_IN.encode() in made)

    def test_says_so_where_no_pdf_can_be_made(
        self, agent: Client, person: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dangol.web.shell import paper

        monkeypatch.setattr(paper, "available", lambda: False)
        made = demand(person, "see")
        page = agent.get(f"/privacy/requests/{made.pk}/bundle/").content.decode()
        assert "reportlab is not installed" in page and 'value="pdf"' not in page


class TestCorrectAndStop:
    def test_corrects_and_shows_before_and_after(self, agent: Client, person: Customer) -> None:
        made = demand(person, "correct")
        address = f"/privacy/requests/{made.pk}/correct/"
        values = {field.name: field.value() or "" for field in agent.get(address).context["form"]}
        assert agent.post(address, {**values, "full_name": "남궁민지"}).status_code == 302
        page = agent.get(f"/privacy/requests/{made.pk}/").content.decode()
        assert "남궁민서" in page and "남궁민지" in page

    def test_stops_after_telling_what_that_means(self, agent: Client, person: Customer) -> None:
        made = demand(person, "stop", sure=False)
        assert "no valuation" in agent.get(f"/privacy/requests/{made.pk}/stop/").content.decode()
        agent.post(f"/privacy/requests/{made.pk}/stop/")
        assert person.suppressions.exists()
        assert made.steps.latest("pk").state == Step.State.DONE

    def test_leaves_a_task_for_a_person_until_one_has_looked(self, agent: Client, person: Customer) -> None:
        made = demand(person, "object", sure=False)
        agent.post(f"/privacy/requests/{made.pk}/stop/")
        assert not person.suppressions.exists() and person.consents.filter(purpose="automated", granted=False).exists()
        assert "A person has to decide" in agent.get("/").content.decode()
        which = f"region|run:{person.scores.values_list('run', flat=True)[0]}"
        agent.post(f"/privacy/requests/{made.pk}/review/",
                   {"which": which, "outcome": "changed", "words": "직접 챙겨 드리기로 했어요"})  # fmt: skip
        assert "A person has to decide" not in agent.get("/").content.decode()


class TestErase:
    def test_tells_what_goes_and_stays_and_forgets_on_the_number(
        self, agent: Client, person: Customer, home: Path
    ) -> None:
        made, name = demand(person, "erase"), person.full_name
        address = f"/privacy/requests/{made.pk}/erase/"
        page = agent.get(address).content.decode()
        assert "Goes whole." in page and "for the books" in page and "5 years" in page
        assert agent.post(address, {"number": "0"}).status_code == 422
        answer = agent.post(address, {"number": str(person.pk)})
        assert name in answer.content.decode()  # the letter, shown once
        assert agent.get(f"/customers/{person.pk}/").status_code == 404
        assert agent.get(f"/privacy/requests/{made.pk}/").status_code == 200
        assert name not in agent.get(f"/privacy/requests/{made.pk}/").content.decode()
        assert f"/customers/{person.pk}/" not in agent.get("/customers/", {"q": name}).content.decode()
        assert any(line["verb"] == "erased" for line in logged(home))
        agent.force_login(staff(Role.AUDITOR))
        ledger = agent.get("/privacy/destructions/").content.decode()
        assert f"Customer no. {person.pk}" in ledger and "chain of 1 entry is whole" in ledger


class TestHold:
    def test_opens_to_the_auditor_alone_with_a_reason(self, agent: Client, person: Customer, home: Path) -> None:
        made, name = demand(person, "erase"), person.full_name
        agent.post(f"/privacy/requests/{made.pk}/erase/", {"number": str(person.pk)})
        assert agent.get("/privacy/hold/").status_code == 403
        agent.force_login(staff(Role.OWNER))
        assert agent.get("/privacy/hold/").status_code == 403
        agent.force_login(staff(Role.AUDITOR))
        page = agent.get("/privacy/hold/").content.decode()
        assert name not in page and "Records of contracts" in page
        assert agent.post("/privacy/hold/", {"text": name, "reason": ""}).status_code == 422
        page = agent.post("/privacy/hold/", {"text": name, "reason": "court letter 2026-77"}).content.decode()
        assert name in page and "저지방 우유" in page
        assert any(line["reason"] == "court letter 2026-77" for line in logged(home))


class TestRetention:
    def test_shows_every_rule_with_its_law_and_runs_for_the_owner(self, agent: Client) -> None:
        agent.force_login(staff(Role.AUDITOR))
        page = agent.get("/privacy/retention/").content.decode()
        assert "thirteen months" in page and "개인정보 보호법 제21조" in page
        assert agent.post("/privacy/retention/run/").status_code == 403
        agent.force_login(staff(Role.OWNER))
        assert agent.post("/privacy/retention/run/").status_code == 302

    def test_asks_the_owner_on_today_before_customers_go(self, agent: Client) -> None:
        from dangol.web.start import daily

        Customer.objects.update(registered_at=clock.now() - timedelta(days=4000))
        quiet = Customer.objects.create(full_name="조용한 분", registered_at=clock.now() - timedelta(days=4000))
        daily.let_go(clock.now())
        agent.force_login(staff(Role.OWNER))
        assert "1 customer is due to be forgotten" in agent.get("/").content.decode()
        agent.post("/privacy/retention/run/")
        assert not Customer.objects.known().filter(pk=quiet.pk).exists()
        assert Customer.objects.known().count() == 8
        assert "due to be forgotten" not in agent.get("/").content.decode()
