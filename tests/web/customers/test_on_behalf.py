"""Staff acting for a customer: each write leaves who did it, whose data it was, on whose word and how that came."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import Correction, Customer
from dangol.records.permission.models import Consent, FrequencyWish, LanguageWish, Suppression, TopicChoice
from dangol.records.permission.preferences import wish_frequency, wishes_of
from dangol.records.rights.actions import make_sure, take_in
from dangol.records.staff.access import queries, spool, store
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, signed_in
from tests.web.customers.test_entry import correct

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
BY_PHONE = {"told_by": "person", "way": "phone", "sure": "call_back", "evidence": "call 7"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW.replace(hour=12))
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    office()


@pytest.fixture
def person() -> Customer:
    return business(3)[2]


@pytest.fixture
def agent(client: Client) -> Client:
    """Return the browser of somebody at the customer centre."""
    client.force_login(staff(Role.AGENT))
    return client


def logged(*verbs: str) -> list[dict[str, Any]]:
    """What the log says of writes, in order."""
    lines = [json.loads(line) for file in spool.waiting() for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["verb"] in (verbs or ("changed", "refused"))]


def post(client: Client, one: Customer, what: str, **data: Any) -> Any:
    return client.post(f"/customers/{one.pk}/consents/{what}/", data, headers=EN)


def wish(client: Client, one: Customer, **told: Any) -> Any:
    """Send the form of wishes as the page shows it, but for what is told."""
    form = client.get(f"/customers/{one.pk}/consents/", headers=EN).context["wishes_form"]
    now = {name: form[name].value() for name in form.fields}
    return post(client, one, "wishes", **{name: value for name, value in (now | told).items() if value is not None})


class TestCorrection:
    def test_says_on_whose_word_how_it_came_and_how_they_were_known(self, agent: Client, person: Customer) -> None:
        assert correct(agent, person, place="은평구", **BY_PHONE).status_code == 302
        made = Correction.objects.get()
        assert (made.told_by, made.way, made.sure, made.evidence) == ("person", "phone", "call_back", "call 7")
        assert made.by == staff(Role.AGENT)
        (line,) = logged()
        assert (line["user"], line["subjects"], line["reason"]) == (
            str(staff(Role.AGENT)), str(person.pk), "for:person:phone:call_back",
        )  # fmt: skip
        page = agent.get(f"/customers/{person.pk}/", headers=EN).content.decode()
        assert "For the customer · By phone · Called back on the number on file" in page

    def test_is_our_own_finding_unless_somebody_says_otherwise(self, agent: Client, person: Customer) -> None:
        page = agent.get(f"/customers/{person.pk}/correct/", headers=EN).content.decode()
        assert '<option value="" selected>Nobody’s: we found it out</option>' in page
        # What the folded part of the form holds says nothing then.
        assert correct(agent, person, place="은평구", **BY_PHONE | {"told_by": ""}).status_code == 302
        made = Correction.objects.get()
        assert (made.told_by, made.way, made.sure, made.evidence, made.on_behalf) == ("", "", "", "", None)
        assert [line["reason"] for line in logged()] == [""]

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"sure": ""}, "First make sure that it is the customer"),
            ({"sure": "papers"}, "First make sure that it is the customer"),
            ({"told_by": "agent"}, "Whoever acts for a customer has to show that they may."),
            ({"told_by": "guardian", "sure": "papers", "evidence": " "}, "write down where they can be seen again"),
        ],
    )
    def test_is_refused_where_it_was_not_made_sure_who_asks(
        self, agent: Client, person: Customer, told: dict[str, str], words: str
    ) -> None:
        answer = correct(agent, person, place="은평구", **BY_PHONE | told)
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page
        assert 'value="은평구"' in page and 'value="phone" selected' in page  # nothing is lost
        assert not Correction.objects.exists()
        assert Customer.objects.get(pk=person.pk).place == "마포구"
        (line,) = logged()
        assert line["verb"] == "refused" and line["subjects"] == str(person.pk)
        assert line["reason"].startswith(f"for:{told.get('told_by', 'person')}:phone:")

    def test_for_somebody_else_keeps_where_their_paper_is(self, agent: Client, person: Customer) -> None:
        told = {"told_by": "agent", "way": "counter", "sure": "papers", "evidence": "위임장 900301-1234567"}
        correct(agent, person, place="은평구", **told)
        made = Correction.objects.get()
        assert made.evidence.startswith("위임장") and "1234567" not in made.evidence
        assert [line["reason"] for line in logged()] == ["for:agent:counter:papers"]

    @pytest.mark.parametrize("told", [{"sure": "request"}, {"told_by": "neighbour"}, {"way": "pigeon"}])
    def test_takes_no_answer_that_the_form_does_not_offer(
        self, agent: Client, person: Customer, told: dict[str, str]
    ) -> None:
        assert correct(agent, person, place="은평구", **BY_PHONE | told).status_code == 422
        assert not Correction.objects.exists()

    def test_at_the_door_leaves_a_dealer_their_own_customers_alone(self, client: Client) -> None:
        people = business(2)
        for one, code in zip(people, ("D1", "D2"), strict=True):
            one.unit = Unit.objects.get(code=code)
            one.save()
        client.force_login(staff(Role.DEALER, "D1"))
        at_the_door = {"told_by": "person", "way": "door", "sure": "known"}
        assert correct(client, people[0], place="은평구", **at_the_door).status_code == 302
        assert Correction.objects.get().on_behalf is not None
        sent = {"full_name": "남", **at_the_door}
        assert client.post(f"/customers/{people[1].pk}/correct/", sent).status_code == 404
        assert post(client, people[0], "wishes", how="phone").status_code == 403
        assert Correction.objects.count() == 1 and not TopicChoice.objects.exists()


class TestWishes:
    def test_are_kept_for_the_customer_who_called(self, agent: Client, person: Customer) -> None:
        ensure_topics(at=NOW)
        gifts = Topic.objects.get(path="benefits/gifts")
        wanted = [str(pk) for pk in wishes_of(person).topics - {gifts.pk}]
        assert wish(agent, person, topics=wanted, per_month="1", language="en", how="phone").status_code == 302
        rows: list[Any] = [TopicChoice.objects.get(), FrequencyWish.objects.get(), LanguageWish.objects.get()]
        assert [(row.customer, row.how, row.recorded_by) for row in rows] == [(person, "phone", staff(Role.AGENT))] * 3
        assert (rows[0].topic, rows[0].wanted, rows[1].per_month, rows[2].language) == (gifts, False, 1, "en")
        (line,) = logged()
        assert (line["page"], line["reason"], line["subjects"]) == (
            "customer_wishes", "for:person:phone:", str(person.pk),
        )  # fmt: skip
        page = agent.get(f"/customers/{person.pk}/consents/", headers=EN).content.decode()
        assert "Thank-you gifts" in page and "<dd>1</dd>" in page and "<dd>English</dd>" in page

    def test_write_nothing_where_nothing_is_wished_otherwise(self, agent: Client, person: Customer) -> None:
        assert wish(agent, person).status_code == 302
        assert not TopicChoice.objects.exists() and not FrequencyWish.objects.exists()
        assert not LanguageWish.objects.exists()

    def test_do_not_overwrite_what_the_customer_chose_meanwhile(self, agent: Client, person: Customer) -> None:
        seen = agent.get(f"/customers/{person.pk}/consents/", headers=EN).context["wishes_form"]["seen"].value()
        wish_frequency(person, per_month=4, by=None, at=NOW)
        answer = post(agent, person, "wishes", per_month="1", how="phone", seen=seen)
        page = answer.content.decode()
        assert answer.status_code == 422 and "They changed what they wish meanwhile." in page
        assert FrequencyWish.objects.count() == 1 and not TopicChoice.objects.exists()
        assert wish(agent, person, per_month="1").status_code == 302  # the page shows what stands now

    @pytest.mark.parametrize("told", [{"per_month": "100"}, {"per_month": "-1"}, {"language": "fr"}, {"how": "import"},
                                      {"topics": ["0"]}, {"topics": ["x"]}])  # fmt: skip
    def test_that_nobody_can_mean_are_refused_in_the_page(
        self, agent: Client, person: Customer, told: dict[str, Any]
    ) -> None:
        assert wish(agent, person, **told).status_code == 422
        assert not TopicChoice.objects.exists() and not FrequencyWish.objects.exists()


class TestConsents:
    ANSWER = {"question": "marketing|sms|", "answer": "yes", "how": "phone", "evidence": "call 7", "shown": "ko"}

    @pytest.mark.parametrize(("given_by", "who"), [("person", "person"), ("staff", "person"), ("guardian", "guardian")])
    def test_say_in_the_log_whose_answer_it_was(self, agent: Client, person: Customer, given_by: str, who: str) -> None:
        assert post(agent, person, "answer", given_by=given_by, **self.ANSWER).status_code == 302
        row = Consent.objects.latest("pk")
        assert (row.given_by, row.how, row.recorded_by) == (given_by, "phone", staff(Role.AGENT))
        assert [line["reason"] for line in logged()] == [f"for:{who}:phone:"]

    def test_keep_how_a_standing_refusal_came_and_how_it_went(self, agent: Client, person: Customer) -> None:
        post(agent, person, "suppress", channel="", how="counter", reason="no more")
        post(agent, person, "lift", channel="", how="phone", why="call 9")
        row = Suppression.objects.get()
        assert (row.how, row.recorded_by, row.lifted_how, row.lifted_by) == (
            "counter", staff(Role.AGENT), "phone", staff(Role.AGENT),
        )  # fmt: skip
        assert [line["reason"] for line in logged()] == ["for:person:counter:", "for:person:phone:"]

    @pytest.mark.parametrize(("method", "way"), [("phone", "phone"), ("paper", "paper"), ("web_sms", "web")])
    def test_of_a_guardian_are_theirs(self, agent: Client, person: Customer, method: str, way: str) -> None:
        Customer.objects.filter(pk=person.pk).update(birth_date=date(2020, 5, 5))
        told = {"answer": "yes", "name": "김엄마", "contact": "010-1111-2222", "method": method, "evidence": "call 7"}
        assert post(agent, person, "guardian", **told).status_code == 302
        assert [line["reason"] for line in logged()] == [f"for:guardian:{way}:"]


class TestRequests:
    def test_carry_who_asked_into_every_line_of_the_log(self, agent: Client, person: Customer) -> None:
        sent = {"kind": "correct", "way": "counter", "asked_by": "agent", "language": "ko", "wish": "주소"}
        path = agent.post(f"/privacy/rights/{person.pk}/", sent, headers=EN)["Location"]
        assert "the paper that lets them act: a power of attorney" in agent.get(path, headers=EN).content.decode()
        assert agent.post(f"{path}correct/", {"place": "은평구"}, headers=EN).status_code == 422  # nobody made sure
        agent.post(f"{path}step/checked/", {"note": "위임장 2026-11, 신분증"}, headers=EN)
        form = agent.get(f"{path}correct/", headers=EN).context["form"]
        now = {name: form[name].value() or "" for name in form.fields}
        assert agent.post(f"{path}correct/", now | {"place": "은평구"}, headers=EN).status_code == 302
        assert [line["reason"] for line in logged()] == [
            "for:agent:counter:", "for:agent:counter:request", "for:agent:counter:request",
        ]  # fmt: skip
        made = Correction.objects.get()
        assert (made.told_by, made.way, made.sure, made.by) == ("agent", "counter", "request", staff(Role.AGENT))

    def test_keep_the_reason_of_what_is_handed_over_beside_it(self, agent: Client, person: Customer) -> None:
        made = take_in(person, kind="see", way="phone", asked_by="guardian", by=None, at=NOW)
        make_sure(made, how="가족관계증명서", by=None, at=NOW)
        sent = {"reason": "for her daughter", "kind": "json", "language": "ko"}
        assert agent.post(f"/privacy/requests/{made.pk}/bundle/", sent, headers=EN).status_code == 200
        assert [line["reason"] for line in logged("took")] == ["for:guardian:phone:request for her daughter"]


class TestLog:
    @pytest.fixture
    def written(self, agent: Client, person: Customer) -> Client:
        """Let the agent act on the customer's word, on a guardian's, and on nobody's; then the owner reads the log."""
        correct(agent, person, place="은평구", **BY_PHONE)
        papers = {"told_by": "guardian", "way": "counter", "sure": "papers", "evidence": "paper 7"}
        correct(agent, person, place="마포구", **papers)
        correct(agent, person, place="강서구")
        store.seal()
        return signed_in(agent)

    def rows(self, client: Client, **asked: str) -> str:
        answer = client.get("/privacy/access/", asked, headers=EN)
        assert answer.status_code == 200
        return answer.content.decode().partition("<tbody>")[2]

    def test_shows_on_whose_behalf_and_how(self, written: Client) -> None:
        rows = self.rows(written)
        assert "For the customer · By phone · Called back on the number on file" in rows
        assert (
            "For the customer · Their legal guardian · At the counter · Power of attorney or family papers seen" in rows
        )
        assert "for:" not in rows

    @pytest.mark.parametrize(("behalf", "lines"), [("any", 2), ("person", 1), ("guardian", 1), ("agent", 0)])
    def test_is_narrowed_to_what_was_done_for_customers(self, written: Client, behalf: str, lines: int) -> None:
        assert self.rows(written, behalf=behalf).count("<tr data-row") == lines

    def test_takes_an_unknown_filter_for_none(self, written: Client) -> None:
        assert "Saw" in self.rows(written, behalf="neighbour")

    def test_tells_it_of_one_line_and_in_the_file(self, written: Client) -> None:
        (line,) = queries.lines(Wanted(verbs=("changed",), begins="for:guardian:"))
        page = written.get(f"/privacy/access/{line.number}/", headers=EN).content.decode()
        assert "<dt>On behalf of</dt><dd>For the customer · Their legal guardian" in page
        sent = {"kind": "csv", "reason": "the yearly inspection"}
        answer = written.post("/privacy/access/file/?behalf=person", sent, headers=EN)
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert len(lines) == 3 and "For the customer · By phone" in lines[1]  # the last one says who took it

    def test_takes_no_typed_reason_for_somebodys_word(self, written: Client) -> None:
        sent = {"kind": "csv", "reason": "for:person:phone:card"}
        written.post("/privacy/access/file/", sent, headers=EN)
        store.seal()
        (line,) = queries.lines(Wanted(verbs=("took",)))
        assert line.entry.reason == "“for:person:phone:card”"
        assert "“for:person:phone:card”" not in self.rows(written, behalf="any")


def test_forms_fold_what_the_ordinary_case_does_not_need(agent: Client, person: Customer) -> None:
    def page(path: str) -> str:
        return agent.get(f"/customers/{person.pk}/{path}/", headers=EN).content.decode()

    assert '<section class="card behalf">' in page("correct") and 'id="id_told_by"' in page("correct")
    assert "They wish something else</summary>" in page("consents")
