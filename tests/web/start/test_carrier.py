"""Messages leave by themselves where the clock is the real one, and letters are written once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from dangol.contact.delivery.actions import Carried
from dangol.records.customers.models import Identity
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import give_consent
from dangol.web import clock
from dangol.web.start import carrier, daily
from tests.people import AT, ON_PAPER, people, person
from tests.records.permission.asked import seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def stands(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let the real clock show this."""
    monkeypatch.setattr(clock, "now", lambda: at)


def waiting(number: int) -> None:
    customers = people(number)
    enqueue(
        [
            NewMessage(f"c:{one.pk}", one.pk, "c:1", "shown_sms", "advertising", "", "", "안녕")
            for one in Identity.objects.filter(customer__in=customers)
        ],
        at=AT,
    )


class TestCarrier:
    def test_hands_over_by_the_running_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waiting(2)
        stands(monkeypatch, seoul("2026-09-28T23:00:00"))
        assert carrier.turn() == Carried(0, 0, waiting=2)
        stands(monkeypatch, seoul("2026-09-29T08:00:00"))
        assert carrier.turn() == Carried(2, 0)

    def test_leaves_a_home_alone_whose_clock_stands_still(self, settings: Any) -> None:
        waiting(1)
        settings.DANGOL = replace(settings.DANGOL, as_of=AT)
        assert carrier.turn() is None
        assert Message.objects.get().claimed_at is None


class TestLeaving:
    def test_is_the_next_permitted_moment_of_a_clock_that_stands_still(self, settings: Any) -> None:
        for stood, leaves in (("2026-09-28T00:00:00", "2026-09-28T08:00:00"),
                              ("2026-11-22T23:59:59", "2026-11-23T08:00:00"),
                              ("2026-11-22T12:00:00", "2026-11-22T12:00:00")):  # fmt: skip
            settings.DANGOL = replace(settings.DANGOL, as_of=seoul(stood))
            assert clock.leaving() == seoul(leaves)
            assert not clock.runs()

    def test_is_now_where_the_clock_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        night = seoul("2026-09-28T23:00:00")
        stands(monkeypatch, night)
        assert clock.runs() and clock.leaving() == night


class TestLetters:
    def test_are_written_early_and_leave_at_ten(
        self, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
    ) -> None:
        settings.DANGOL_HOME = tmp_path
        give_consent(person(consent=None), purpose="marketing", channel="sms", by=None, at=AT, **ON_PAPER)
        early = seoul("2026-09-29T03:30:00")
        stands(monkeypatch, early)
        daily.write_letters(early)
        assert Message.objects.get().not_before == seoul("2026-09-29T10:00:00")
        for moment, left in (("2026-09-29T09:59:59", 0), ("2026-09-29T10:00:00", 1)):
            stands(monkeypatch, seoul(moment))
            assert carrier.turn() == Carried(left, 0)

    def test_are_not_written_where_the_clock_stands_still(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, as_of=AT)
        give_consent(person(consent=None), purpose="marketing", channel="sms", by=None, at=AT, **ON_PAPER)
        daily.write_letters(AT)
        assert not Message.objects.exists()

    def test_are_a_duty_of_every_day(self) -> None:
        assert daily.DUTIES["letters"] is daily.write_letters
