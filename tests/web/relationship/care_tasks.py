"""A care task for the worlds of pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from dangol.decisions.care.actions import write_task
from dangol.decisions.care.models import CareTask
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User


def care_of(customer: Customer, owner: User, *, at: datetime, days: int = 7) -> CareTask:
    """An open task for the customer, due in so many days."""
    day = shops_day(at)
    return write_task(
        customer, kind="gift", owner=owner, due_on=day + timedelta(days=days), by=owner, at=at, today=day, cost=9_000,
        text="좋아하는 요거트",
    )  # fmt: skip
