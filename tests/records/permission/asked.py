"""Questions for tests: packs of a day, and what may be sent to whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dangol.records.customers.models import Customer
from dangol.records.permission.policy import pack_at
from dangol.records.permission.queries import Decision, may_send
from tests.people import SMS

SEOUL = ZoneInfo("Asia/Seoul")
KR, INTL = pack_at("kr", date(2026, 11, 22)), pack_at("intl", date(2026, 11, 22))
NOON = datetime(2026, 11, 22, 12, tzinfo=SEOUL)


def seoul(clock: str) -> datetime:
    """A moment as a clock in Seoul shows it."""
    return datetime.fromisoformat(clock).replace(tzinfo=SEOUL)


def asked(customer: Customer, **changed: Any) -> Decision:
    """Whether an advertisement by text message may go to the customer at noon, unless told otherwise."""
    return may_send(customer.pk, **{"channel": SMS, "kind": "advertising", "at": NOON, **changed})
