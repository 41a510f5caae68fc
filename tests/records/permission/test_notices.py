"""Who is to be told what, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.records.customers.models import Customer
from dangol.records.permission.actions import give_consent, record_answers, withdraw_consent
from dangol.records.permission.guardians import record_guardian
from dangol.records.permission.models import Consent, Notice
from dangol.records.permission.notices import (
    NewNotice,
    Reminder,
    come_of_age,
    receipts_due,
    receipts_missed,
    record_notices,
    record_reminders,
    reminders_due,
    tell_by_hand,
)
from tests.people import ON_PAPER, people, person
from tests.records.permission.asked import INTL, KR, NOON, seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def agreed(one: Customer, *, days: float = 0, **changed: Any) -> Consent:
    about = {"purpose": "marketing", "channel": "sms", **ON_PAPER, **changed}
    return give_consent(one, by=None, at=NOON - timedelta(days=days), **about)


class TestReceipts:
    def test_are_due_for_every_answer_about_advertising_for_fourteen_days(self) -> None:
        one = person(consent=None)
        fresh, night = agreed(one, days=13.9), agreed(one, purpose="night", days=1)
        refused = withdraw_consent(one, purpose="marketing", channel="email", by=None, at=NOON)
        agreed(one, purpose="collection", channel="")
        assert list(receipts_due(KR, NOON)) == [fresh, night, refused]
        assert not receipts_missed(KR, NOON).exists()

    def test_are_missed_afterwards_unless_another_system_took_the_answer(self) -> None:
        late = agreed(person(consent=None), days=14)
        agreed(person(consent=None), days=14, how="import")
        assert list(receipts_missed(KR, NOON)) == [late]
        assert not receipts_due(KR, NOON).exists()

    def test_are_due_once(self) -> None:
        answer = agreed(person(consent=None))
        tell_by_hand(answer, kind=Notice.Kind.RECEIPT, how="counter", by=None, at=NOON)
        assert not receipts_due(KR, NOON).exists()

    def test_are_not_due_to_who_was_forgotten_nor_elsewhere(self) -> None:
        answer = agreed(person(consent=None))
        assert not receipts_due(INTL, NOON).exists()
        assert not receipts_missed(INTL, NOON).exists()
        Customer.objects.filter(pk=answer.customer_id).update(erased_at=NOON)
        assert not receipts_due(KR, NOON).exists()


class TestReminders:
    @pytest.mark.parametrize(
        ("given", "due"),
        [
            ("2024-12-23T10:00:00", False), ("2024-12-22T23:59:59", True), ("2024-11-22T10:00:00", True),
            ("2020-01-01T10:00:00", True),
        ],
    )  # fmt: skip
    def test_are_due_from_twenty_three_months_on(self, given: str, due: bool) -> None:
        one = person(consent=None)
        give_consent(one, purpose="marketing", channel="sms", by=None, at=seoul(given), **ON_PAPER)
        assert reminders_due(KR, NOON).exists() is due
        assert not reminders_due(INTL, NOON).exists()

    def test_are_due_for_agreements_that_stand(self) -> None:
        stands, refused, anew, everywhere, other = people(5, consent=None)
        for one in (stands, refused, anew, everywhere, other):
            agreed(one, days=800)
        withdraw_consent(refused, purpose="marketing", channel="sms", by=None, at=NOON)
        agreed(anew)
        withdraw_consent(everywhere, purpose="marketing", channel="", by=None, at=NOON)
        withdraw_consent(other, purpose="marketing", channel="email", by=None, at=NOON)
        assert set(reminders_due(KR, NOON).values_list("customer", flat=True)) == {stands.pk, other.pk}

    def test_are_due_again_two_years_after_the_last(self) -> None:
        answer = agreed(person(consent=None), days=2000)
        record_notices([NewNotice(answer.customer_id, answer.pk, "reminder", "sms", NOON)], at=NOON)
        assert not reminders_due(KR, NOON + timedelta(days=690)).exists()
        assert reminders_due(KR, NOON + timedelta(days=705)).exists()

    def test_given_by_another_system_count(self) -> None:
        one, other = people(2, consent=None)
        rows = [
            Consent(customer=who, purpose="marketing", channel="sms", granted=True, answered_at=seoul(
                "2021-03-01T10:00:00"), how="import", evidence="list 3") for who in (one, other)
        ]  # fmt: skip
        record_answers(rows, at=NOON)
        told = seoul("2025-10-13T10:00:00")
        assert record_reminders([Reminder(rows[0], told)], at=NOON) == 1
        assert record_reminders([Reminder(rows[0], told)], at=NOON) == 0
        assert set(reminders_due(KR, NOON).values_list("customer", flat=True)) == {other.pk}


class TestComeOfAge:
    def test_is_due_from_the_birthday_on_until_told(self, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_KEYS = tmp_path / "keys.json"
        child, _alone = people(2, birth_date=date(2012, 11, 23))
        record_guardian(
            child, granted=True, method="phone", name="김엄마", contact="+8210", evidence="call 7", by=None, at=NOON
        )
        assert not come_of_age(KR, seoul("2026-11-22T23:59:59")).exists()
        birthday = seoul("2026-11-23T00:00:00")
        assert list(come_of_age(KR, birthday)) == [child]
        record_notices([NewNotice(child.pk, None, Notice.Kind.OF_AGE, "sms", birthday)], at=birthday)
        assert not come_of_age(KR, birthday).exists()


class TestNotice:
    def test_is_about_an_answer_or_an_age(self) -> None:
        with pytest.raises(IntegrityError), atomic():
            Notice.objects.create(customer=person(), kind="receipt", how="sms", at=NOON)
