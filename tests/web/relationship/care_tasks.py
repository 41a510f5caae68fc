"""A care task and a panel for the worlds of pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from dangol.decisions.care.actions import write_task
from dangol.decisions.care.models import CareTask, PanelSession
from dangol.decisions.care.panels import Session, hold_session, open_panel, step
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.staff.scope import WHOLE


def care_of(customer: Customer, owner: User, *, at: datetime, days: int = 7) -> CareTask:
    """An open task for the customer, due in so many days."""
    day = shops_day(at)
    return write_task(
        customer, kind="gift", owner=owner, due_on=day + timedelta(days=days), by=owner, at=at, today=day, cost=9_000,
        text="좋아하는 요거트",
    )  # fmt: skip


def panel_of(customer: Customer, owner: User, *, at: datetime) -> PanelSession:
    """A panel the customer joined, and a session they took part in."""
    day = shops_day(at)
    made = open_panel(name="맛 패널", aim="새 요거트", since=day, by=owner, at=at, today=day)
    step(made, customer, kind="joined", on=day, by=owner, at=at, today=day)
    told = Session("panel", day, "딸기 맛", "덜 달게", who=[customer.pk])
    return hold_session(made, told, scope=WHOLE, by=owner, at=at, today=day)
