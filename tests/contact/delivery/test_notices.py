"""Letters the law has us write: each once, by a road that reaches the person, and told only when it has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dangol.contact.delivery.actions import Carried, carry
from dangol.contact.delivery.notices import enqueue_due
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import WISHES
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import NewAnswer, give_consent, record_form, suppress, withdraw_consent
from dangol.records.permission.guardians import record_guardian
from dangol.records.permission.models import Consent, Notice
from tests.people import ON_PAPER, people, person
from tests.records.permission.asked import NOON, asked, seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL = replace(settings.DANGOL, name="푸른들유업", time_zone="Asia/Seoul")
    settings.DANGOL_KEYS = tmp_path / "keys.json"


def agreed(one: Customer, *, at: datetime = NOON, channel: str = "sms") -> Consent:
    return give_consent(one, purpose="marketing", channel=channel, by=None, at=at, **ON_PAPER)


class TestReceipt:
    def test_tells_each_person_once_what_was_recorded(self) -> None:
        one, other = people(2, consent=None)
        answers = [NewAnswer("marketing", True, "sms"), NewAnswer("night", False, "sms")]
        record_form(one, answers, by=None, at=NOON, **ON_PAPER)
        agreed(other)
        assert enqueue_due(at=NOON) == 2
        assert enqueue_due(at=NOON + timedelta(days=1)) == 0
        message = Message.objects.get(identity__customer=one)
        assert (message.kind, message.channel) == ("informational", "shown_sms")
        *lines, link = message.body.splitlines()
        assert lines == [
            "[푸른들유업] 고객님의 답변을 다음과 같이 처리하였습니다.",
            "- 2026년 11월 22일, 광고성 정보 수신(문자): 동의",
            "- 2026년 11월 22일, 야간 광고 수신(문자): 거부",
            "언제든지 무료로 바꾸실 수 있습니다. 푸른들유업에 말씀해 주십시오.",
        ]
        assert own_pages.opened(link.rsplit("/", 2)[1], WISHES, at=NOON).customer == one

    def test_counts_as_told_when_it_has_left(self) -> None:
        one = person(consent=None)
        answer = agreed(one)
        enqueue_due(at=NOON)
        assert not Notice.objects.exists()
        left = NOON + timedelta(hours=1)
        assert carry(at=left) == Carried(1, 0)
        notice = Notice.objects.get()
        assert (notice.customer, notice.consent, notice.kind, notice.how, notice.at) == (
            one, answer, "receipt", "shown_sms", left,
        )  # fmt: skip
        assert enqueue_due(at=left) == 0

    def test_of_a_refusal_is_due_too_and_of_what_was_missed_comes_late(self) -> None:
        one, late = people(2, consent=None)
        withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=NOON)
        agreed(late, at=NOON - timedelta(days=20))
        assert enqueue_due(at=NOON) == 2
        assert carry(at=NOON) == Carried(2, 0)

    def test_is_not_written_to_whoever_cannot_be_reached_or_is_on_the_list(self) -> None:
        nowhere, listed = person(consent=None, mobile=False), person(consent=None)
        agreed(nowhere)
        agreed(listed)
        suppress(listed, reason="asked", by=None, at=NOON)
        assert enqueue_due(at=NOON) == 0
        assert not Notice.objects.exists()

    def test_goes_by_another_road_where_that_of_the_answer_is_missing(self) -> None:
        agreed(person(consent=None), channel="email")
        assert enqueue_due(at=NOON) == 1
        assert Message.objects.get().channel == "shown_sms"

    def test_is_no_rule_elsewhere(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, jurisdiction="intl")
        agreed(person(consent=None))
        assert enqueue_due(at=NOON) == 0

    def test_asks_as_many_questions_for_many_as_for_few(self, django_assert_max_num_queries: Any) -> None:
        for one in people(60, consent=None):
            agreed(one)
        own_pages.linker(WISHES, at=NOON)  # a home that has its keys
        with django_assert_max_num_queries(16):
            assert enqueue_due(at=NOON) == 60


class TestReminder:
    def test_lets_the_consent_stand_for_two_more_years(self) -> None:
        one, given = person(consent=None), seoul("2024-11-25T10:00:00")
        agreed(one, at=given)
        before, after = seoul("2026-11-24T12:00:00"), seoul("2026-11-25T12:00:00")
        Notice.objects.create(customer=one, consent=Consent.objects.get(), kind="receipt", how="x", at=given)
        assert enqueue_due(at=seoul("2026-10-24T12:00:00")) == 0
        assert enqueue_due(at=seoul("2026-10-26T12:00:00")) == 1
        assert "2024년 11월 25일" in Message.objects.get().body
        assert asked(one, at=after).reason == "reconfirm_due"
        carry(at=before)
        assert asked(one, at=after).allowed
        assert enqueue_due(at=after) == 0

    def test_is_no_advertising_and_goes_at_night_too(self) -> None:
        agreed(person(consent=None), at=seoul("2023-11-25T10:00:00"))
        Notice.objects.create(
            customer=Customer.objects.get(), consent=Consent.objects.get(), kind="receipt", how="x", at=NOON
        )
        assert enqueue_due(at=NOON) == 1
        assert carry(at=seoul("2026-11-22T23:00:00")) == Carried(1, 0)


class TestOfAge:
    def test_tells_who_grew_up_that_they_decide_now(self) -> None:
        child = person(consent=None, birth_date=date(2012, 11, 23))
        about: dict[str, Any] = {"method": "phone", "name": "김엄마", "contact": "+8210", "evidence": "call 7"}
        record_guardian(child, granted=True, by=None, at=NOON, **about)
        assert enqueue_due(at=NOON) == 0
        birthday = seoul("2026-11-23T10:00:00")
        assert enqueue_due(at=birthday) == 1
        carry(at=birthday)
        assert Notice.objects.get().kind == "of_age"
        assert enqueue_due(at=birthday + timedelta(days=400)) == 0


def test_are_written_in_english_elsewhere_and_by_a_shop_without_a_name(settings: Any) -> None:
    settings.DANGOL = replace(settings.DANGOL, name="", currency="USD", jurisdiction="intl")
    grown = person(consent=None, birth_date=date(2012, 11, 22))
    record_guardian(grown, granted=True, method="phone", name="Ann", contact="+1", evidence="call 7", by=None, at=NOON)
    assert enqueue_due(at=seoul("2028-11-23T12:00:00")) == 1
    assert Message.objects.get().body.startswith("[our shop] You are 16 now")
