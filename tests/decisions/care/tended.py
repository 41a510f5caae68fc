"""A portfolio with a call by one of us for those at C, and a plan that carries it out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dangol.decisions.care.models import CarePlan
from dangol.decisions.care.planning import Wanted, plan_care
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import Terms, write_programme
from dangol.insight.relationship.positioning.learning import NOTHING
from dangol.records.staff.models import User
from tests.insight.relationship.following.carried_out import SELL, crowd
from tests.people import AT, TILL

TODAY: date = shops_day(AT)
CALL = Terms("안부 전화", "A call", "care", 10, 20, 0, 40, 200, 100, 300)


def recommended(count: int = 60) -> Run:
    """A coupon by a channel for A, a call by one of us for C: half of so many each."""
    valued = crowd(count)
    for code, terms in (("coupon", SELL), ("personal_care", CALL)):
        write_programme(code=code, terms=terms, by=None, at=AT)
    return position_again(valued)


def position_again(valued: Run | None = None) -> Run:
    """Ask what to do, once more: the same comes out."""
    run = valued or Run.objects.filter(kind="relationship").latest("pk")
    return position(run, budget=10**9, channels={TILL.name: TILL}, past=NOTHING, at=AT, by=None)


def somebody(name: str = "owner", role: str = User.Role.OWNER, **more: Any) -> User:
    """A member of staff."""
    return User.objects.get_or_create(username=name, defaults={"role": role, **more})[0]


def planned(*owners: User, **told: Any) -> CarePlan:
    """Carry the call out, for everybody unless told otherwise."""
    usual: dict[str, Any] = {
        "name": "안부", "programme": "personal_care", "kind": "call", "count": 30, "holdout_share": 0.4,
        "owners": list(owners or [somebody()]), "due_on": TODAY + timedelta(days=7),
    }  # fmt: skip
    return plan_care(Wanted(**usual | told), by=somebody(), at=AT, today=TODAY)
