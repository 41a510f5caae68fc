"""What one person allowed: shown with its evidence, recorded by staff who were told it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from dangol.lib import sealing
from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import Customer
from dangol.records.permission.models import Consent, Guardianship, Suppression
from dangol.records.permission.preferences import choose_topic, wish_frequency
from dangol.records.permission.texts import current_text, ensure_texts, write_text
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.web.business import NOW, business, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
ANSWER = {
    "question": "marketing|sms|", "answer": "yes", "given_by": "person", "how": "phone", "evidence": "call 7",
    "shown": "ko", "place": "마포점",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW.replace(hour=12))
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def page(client: Client, one: Customer, *, of: str = "consents/") -> str:
    answer = signed_in(client).get(f"/customers/{one.pk}/{of}", headers=EN)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, one: Customer, what: str, **data: Any) -> Any:
    return signed_in(client).post(f"/customers/{one.pk}/consents/{what}/", data, headers=EN)


class TestCard:
    def test_tells_the_verdict_of_each_channel_with_its_ground_and_rules(self, client: Client) -> None:
        refused, agreed = business(2)
        told = page(client, agreed, of="")
        assert "May be sent advertising" in told and "agreed to it" in told and "no consent is needed" in told
        assert "Judged by the rules kr-2026-10.1." in told
        assert "Not sent: does not agree to advertising." in page(client, refused, of="")

    def test_says_when_it_may_go_at_night(self, client: Client, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, as_of=NOW.replace(hour=22))
        told = page(client, business(2)[1], of="")
        assert "Not yet: at night only those who agreed to night messages" in told
        assert "from November 23, 8 a.m." in told

    def test_counts_what_was_answered_today_though_the_clock_stands_before_it(self, client: Client) -> None:
        one = business(2)[1]
        post(client, one, "answer", **ANSWER | {"answer": "no"})
        assert "Not sent: does not agree to advertising." in page(client, one, of="")


class TestAnswer:
    def test_is_recorded_with_everything_that_proves_it(self, client: Client) -> None:
        one = business(1)[0]
        page(client, one)
        assert post(client, one, "answer", **ANSWER).status_code == 302
        answer = Consent.objects.filter(customer=one).latest("pk")
        assert (answer.granted, answer.how, answer.evidence, answer.place, answer.given_by) == (
            True, "phone", "call 7", "마포점", "person",
        )  # fmt: skip
        assert answer.text == current_text("marketing", language="ko")
        assert answer.recorded_by == User.objects.get(username="owner")
        told = page(client, one)
        assert "call 7" in told and "marketing-ko-1" in told and "written down by owner" in told
        assert "Everything that was ever answered" in told

    def test_to_a_text_that_is_not_here_names_none(self, client: Client) -> None:
        one = business(1)[0]
        post(client, one, "answer", **ANSWER | {"shown": ""})
        assert Consent.objects.filter(customer=one).latest("pk").text is None

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"evidence": " "}, "cannot be recorded as having agreed to “Advertising messages” without evidence"),
            ({"answer": ""}, "Say whether they agree."),
            ({"question": "marketing|pigeon|"}, "Select a valid choice."),
            ({"how": "import"}, "Select a valid choice."),
        ],
    )
    def test_is_refused_in_the_page_and_nothing_is_recorded(
        self, client: Client, changed: dict[str, str], words: str
    ) -> None:
        one = business(1)[0]
        answer = post(client, one, "answer", **ANSWER | changed)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "마포점" in answer.content.decode()
        assert Consent.objects.count() == 1  # the one they came with

    def test_makes_a_resident_number_unreadable(self, client: Client) -> None:
        one = business(1)[0]
        post(client, one, "answer", **ANSWER | {"evidence": "form of 900301-1234567"})
        assert "1234567" not in Consent.objects.filter(customer=one).latest("pk").evidence

    def test_can_be_about_whoever_gets_the_data(self, client: Client) -> None:
        one = business(1)[0]
        ensure_texts(at=NOW)
        write_text(purpose="third_party", language="ko", title="제공", recipient="나눔 재단", by=None, at=NOW)
        assert "나눔 재단" in page(client, one)
        post(client, one, "answer", **ANSWER | {"question": "third_party||나눔 재단", "shown": ""})
        assert Consent.objects.filter(purpose="third_party").get().recipient == "나눔 재단"


class TestDoNotContact:
    def test_is_put_up_and_taken_down_with_who_and_why(self, client: Client) -> None:
        one = business(2)[1]
        assert post(client, one, "suppress", channel="", how="phone", reason="no more calls").status_code == 302
        assert "no more calls" in page(client, one)
        assert "Not sent: on the do-not-contact list." in page(client, one, of="")
        answer = post(client, one, "lift", channel="", how="phone", why="")
        assert answer.status_code == 422 and "Say where it can be seen again" in answer.content.decode()
        post(client, one, "lift", channel="", how="phone", why="call 9")
        row = Suppression.objects.get()
        assert (row.how, row.lifted_how, row.lifted_why, row.lifted_by) == (
            "phone", "phone", "call 9", User.objects.get(username="owner"),
        )  # fmt: skip
        assert "May be sent advertising" in page(client, one, of="")

    def test_wants_a_reason(self, client: Client) -> None:
        answer = post(client, business(1)[0], "suppress", channel="sms", how="phone", reason="")
        assert answer.status_code == 422 and "Say why, in a few words." in answer.content.decode()
        assert not Suppression.objects.exists()


class TestGuardian:
    TOLD = {"answer": "yes", "name": "김엄마", "contact": "010-1111-2222", "method": "phone", "evidence": "call 7"}

    def child(self) -> Customer:
        one = business(2)[1]
        Customer.objects.filter(pk=one.pk).update(birth_date=date(2020, 5, 5))
        return one

    def test_opens_the_profile_of_a_child(self, client: Client) -> None:
        one = self.child()
        told = page(client, one)
        assert "This customer is under 14." in told
        assert "Not sent: a child whose guardian has not agreed." in told
        assert post(client, one, "guardian", **self.TOLD).status_code == 302
        told = page(client, one)
        assert "김엄마" in told and "This customer is under 14." not in told
        assert sealing.unseal(Guardianship.objects.get().name_sealed) == "김엄마"

    @pytest.mark.parametrize("lacking", ["answer", "evidence", "name", "contact", "method"])
    def test_is_refused_without_proof(self, client: Client, lacking: str) -> None:
        assert post(client, self.child(), "guardian", **self.TOLD | {lacking: ""}).status_code == 422
        assert not Guardianship.objects.exists()

    def test_is_asked_for_no_grown_up(self, client: Client) -> None:
        one = business(1)[0]
        assert "Guardian" not in page(client, one)
        assert post(client, one, "guardian", **self.TOLD).status_code == 302
        assert not Guardianship.objects.exists()

    def test_whose_key_is_lost_is_said_so_in_the_page(self, client: Client, settings: Any, tmp_path: Any) -> None:
        one = self.child()
        post(client, one, "guardian", **self.TOLD)
        settings.DANGOL_KEYS = tmp_path / "elsewhere.json"
        assert "The key of this text is not in" in page(client, one)


class TestPage:
    def test_shows_what_they_wish(self, client: Client) -> None:
        one = business(1)[0]
        ensure_topics(at=NOW)
        choose_topic(one, Topic.objects.get(path="benefits"), wanted=False, by=None, at=NOW)
        wish_frequency(one, per_month=2, by=None, at=NOW)
        told = page(client, one)
        assert "Discounts and coupons" in told and "<dd>2</dd>" in told

    def test_is_for_those_who_keep_consent(self, client: Client) -> None:
        one = business(1)[0]
        client.force_login(User.objects.create(username="m", role=Role.MARKETER))
        assert client.get(f"/customers/{one.pk}/consents/").status_code == 403
        assert "Answers and evidence" not in client.get(f"/customers/{one.pk}/", headers=EN).content.decode()
        assert client.post(f"/customers/{one.pk}/consents/answer/", ANSWER).status_code == 403

    def test_asks_as_many_questions_for_many_answers_as_for_few(
        self, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        one = business(1)[0]
        page(client, one)
        for number in range(40):
            Consent.objects.create(
                customer=one, purpose="night", channel="sms", granted=False, answered_at=NOW + timedelta(days=number)
            )
        with django_assert_max_num_queries(40):
            page(client, one)
