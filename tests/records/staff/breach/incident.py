"""Incidents for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dangol.records.staff.breach import actions
from dangol.records.staff.breach.actions import Known
from dangol.records.staff.breach.models import Incident
from dangol.records.staff.breach.queries import State, state
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff

AWARE = datetime(2026, 11, 20, 1, tzinfo=UTC)
AT = AWARE + timedelta(hours=1)
KNOWN: Known = {
    "items": "이름, 휴대폰 번호", "course": "11월 19일 22시, 노트북을 잃어버림",
    "advice": "모르는 번호의 링크를 누르지 마세요.",
    "measures": "노트북을 원격으로 지웠고, 피해 신고를 받아 보상합니다.", "contact": "개인정보 담당 02-000-0000",
}  # fmt: skip


def by() -> User:
    """Whoever handles leaks: the owner who is there, or one made now."""
    return User.objects.filter(role=Role.OWNER).first() or staff(Role.OWNER)


def incident(standing: str = "certain", *, people: int = 0, aware_at: datetime = AWARE, **more: object) -> Incident:
    """Open an incident about so many people."""
    known: Known = {**KNOWN, **more}  # type: ignore[typeddict-item]
    made = actions.open_incident("잃어버린 노트북", standing=standing, aware_at=aware_at, by=by(), at=AT, **known)
    if people:
        actions.add_people(made, range(1, people + 1), how="log", by=by(), at=AT)
    return made


def standing(made: Incident) -> State:
    return state(made, jurisdiction="kr")
