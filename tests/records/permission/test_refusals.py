"""Refusals stand once more beside the records: no older yes comes back, and the file tells nobody who it was."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer, new_lake_key
from dangol.records.permission import refusals
from dangol.records.permission.actions import give_consent, lift_suppression, record_answers, suppress, withdraw_consent
from dangol.records.permission.guardians import record_guardian
from dangol.records.permission.models import Consent, Guardianship, Suppression
from tests.people import AT, EARLIER, person
from tests.records.permission.asked import asked

pytestmark = [pytest.mark.django_db, pytest.mark.store]
DAY = timedelta(days=1)
PHONE = {"by": None, "how": "phone", "evidence": "김고객의 전화 7"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return the home of this test."""
    settings.DANGOL_HOME = tmp_path
    return tmp_path


def refuse(one: Customer, **changed: Any) -> Consent:
    return withdraw_consent(one, **{"purpose": "marketing", "channel": "sms", "at": AT, **PHONE, **changed})


def back(one: Customer) -> None:
    """Let the records be those of an older day."""
    Consent.objects.filter(customer=one, granted=False).delete()
    Suppression.objects.filter(customer=one).delete()
    Guardianship.objects.filter(customer=one, granted=False).delete()


class TestReplay:
    def test_enters_again_what_the_records_do_not_hold(self) -> None:
        one = person()
        was = refuse(one)
        suppress(one, reason="고객이 화남", by=None, at=AT, channel="email")
        back(one)
        assert asked(one).allowed
        assert refusals.replay(at=AT) == 2
        assert asked(one).reason == "consent_refused"
        again = Consent.objects.get(granted=False)
        assert (again.answered_at, again.how, again.evidence) == (was.answered_at, "phone", refusals.FILE)
        assert Suppression.objects.get().channel == "email"
        assert refusals.replay(at=AT) == 0

    def test_heeds_what_many_answered_elsewhere_and_a_guardian(self) -> None:
        one, child = person(), person(birth_date=(AT - timedelta(days=3000)).date())
        rows = [Consent(customer=one, purpose="night", channel="sms", granted=False, answered_at=AT, how="import")]
        assert record_answers(rows, at=AT) == 1
        assert record_answers(rows, at=AT) == 0
        record_guardian(child, granted=False, method="phone", evidence="call", by=None, at=AT)
        for each in (one, child):
            back(each)
        assert len(list(refusals.lines())) == 2
        assert refusals.replay(at=AT) == 2
        assert asked(child).reason == "minor_without_guardian"

    def test_leaves_what_was_lifted_and_what_was_agreed_to_later(self) -> None:
        one = person()
        suppress(one, reason="x", by=None, at=AT)
        lift_suppression(one, by=None, at=AT)
        refuse(one)
        give_consent(one, purpose="marketing", channel="sms", at=AT + timedelta(hours=1), **PHONE)
        assert refusals.replay(at=AT) == 0
        Consent.objects.filter(granted=False).delete()
        refusals.replay(at=AT)
        assert asked(one).allowed

    def test_finds_nobody_where_the_number_is_anothers_now_or_they_were_forgotten(self) -> None:
        one, other = person(), person()
        for each in (one, other):
            refuse(each)
            back(each)
        Customer.objects.filter(pk=one.pk).update(lake_key=new_lake_key())
        Customer.objects.filter(pk=other.pk).update(erased_at=AT)
        assert refusals.replay(at=AT) == 0

    def test_finds_whoever_was_merged_in_what_came_back_and_writes_nothing_that_nobody_said(self) -> None:
        kept, gone, third = person(), person(), person()
        Consent.objects.create(customer=third, purpose="marketing", granted=False, answered_at=EARLIER - DAY)
        unmerge(made := merge(kept, [gone, third], by=None, at=AT), by=None, at=AT)
        assert made.pk and list(refusals.lines()) == []
        refuse(gone)
        back(gone)
        merge(kept, [gone], by=None, at=AT)  # the records as they were that day
        assert asked(kept).allowed
        assert refusals.replay(at=AT) == 1
        assert asked(kept).reason == "consent_refused"
        assert refusals.replay(at=AT) == 0


class TestFile:
    def test_tells_nobody_who_it_was_or_what_they_said(self, home: Path) -> None:
        one = person()
        Customer.objects.filter(pk=one.pk).update(full_name="김고객")
        refuse(one, evidence="김고객의 전화 7")
        suppress(one, reason="김고객이 화남", by=None, at=AT)
        told = (home / refusals.FILE).read_text(encoding="utf-8")
        assert "고객" not in told and "\\uae40" not in told and str(one.lake_key) not in told
        assert (home / refusals.FILE).stat().st_mode & 0o077 == 0

    def test_survives_a_line_that_was_cut_off(self, home: Path) -> None:
        one = person()
        refuse(one)
        path = home / refusals.FILE
        path.write_bytes(path.read_bytes()[:-9])
        assert list(refusals.lines()) == []
        refuse(one, at=AT + timedelta(hours=1))
        back(one)
        assert refusals.replay(at=AT) == 1

    def test_keeps_no_refusal_waiting(self, home: Path, caplog: pytest.LogCaptureFixture) -> None:
        (home / refusals.FILE).mkdir()
        with caplog.at_level(logging.ERROR):
            refuse(person())
        assert refusals.FILE in caplog.text and Consent.objects.filter(granted=False).count() == 1

    def test_is_written_by_no_agreement(self, home: Path) -> None:
        give_consent(person(consent=None), purpose="marketing", channel="sms", at=EARLIER, **PHONE)
        assert not (home / refusals.FILE).exists()
