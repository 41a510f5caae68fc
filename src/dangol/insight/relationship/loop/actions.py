"""Say how often the loop goes round by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.insight.relationship.loop.queries import plan
from dangol.insight.relationship.models import LoopPlan
from dangol.lib.errors import WrongUse
from dangol.records.staff.models import User


class NoSuchPlan(WrongUse):
    """Not one of the ways, or a budget below nothing."""


def set_plan(*, every: str, budget: int | None, by: User | None, at: datetime) -> LoopPlan | None:
    """Let it go round so often from now on; the plan that stands, where nothing is different. Raises NoSuchPlan."""
    if every not in LoopPlan.Every.values:
        raise NoSuchPlan(_("Choose how often."))
    if budget is not None and budget < 0:
        raise NoSuchPlan(_("A budget cannot be less than nothing."))
    standing = plan()
    if (standing.every, standing.budget) == (every, budget) if standing else every == LoopPlan.Every.NEVER:
        return standing
    return LoopPlan.objects.create(every=every, budget=budget, by=by, at=at)
