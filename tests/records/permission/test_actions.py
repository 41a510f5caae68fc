from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.records.changes.models import Change
from dangol.records.permission.actions import (
    give_consent,
    lift_suppression,
    record_answers,
    suppress,
    withdraw_consent,
)
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.queries import may_send
from dangol.records.staff.models import User
from tests.people import AT, EARLIER, SMS, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def allowed(customer_id: int) -> bool:
    return may_send(customer_id, channel=SMS, kind="advertising", at=AT).allowed


class TestConsent:
    def test_is_withdrawn_by_a_new_row(self) -> None:
        one = person()
        withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=AT)
        assert Consent.objects.filter(customer=one).count() == 2
        assert not allowed(one.pk)

    def test_follows_every_change_of_mind_while_the_clock_stands_still(self) -> None:
        one = person(consent=None)
        for _round in range(3):
            give_consent(one, purpose="marketing", channel="sms", by=None, at=AT)
            assert allowed(one.pk)
            withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=AT)
            assert not allowed(one.pk)

    def test_keeps_who_recorded_it_and_the_evidence(self) -> None:
        by = User.objects.create(username="owner")
        answer = give_consent(
            person(), purpose="marketing", channel="sms", by=by, at=AT, evidence="paper 12", text_version="v2"
        )
        assert (answer.recorded_by, answer.evidence, answer.text_version) == (by, "paper 12", "v2")

    def test_tells_the_change_feed(self) -> None:
        answer = give_consent(person(), purpose="marketing", channel="sms", by=None, at=AT)
        assert Change.objects.filter(table=Consent._meta.db_table, first_key=answer.pk, last_key=answer.pk).exists()


class TestRecordAnswers:
    def test_appends_each_answer_once(self) -> None:
        one = person(consent=None)

        def rows() -> list[Consent]:
            return [
                Consent(
                    customer=one, purpose="marketing", channel="sms", granted=True,
                    answered_at=EARLIER + timedelta(days=day),
                )
                for day in range(3)
            ]  # fmt: skip

        assert record_answers(rows(), at=AT) == 3
        assert record_answers(rows(), at=AT) == 0
        assert Change.objects.filter(table=Consent._meta.db_table).count() == 1


class TestSuppression:
    def test_stands_once_and_is_lifted(self) -> None:
        one, by = person(), User.objects.create(username="owner")
        first = suppress(one, reason="asked at the counter", by=by, at=AT)
        assert suppress(one, reason="asked again", by=by, at=AT) == first
        assert not allowed(one.pk)
        assert lift_suppression(one, by=by, at=AT) == 1
        assert allowed(one.pk)
        assert lift_suppression(one, by=by, at=AT) == 0

    def test_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(IntegrityError), atomic():
            Suppression.objects.create(customer=person(), reason="x", since=AT, until=EARLIER)
