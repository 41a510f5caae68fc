"""A task as the page shows it: whose it is, whether it presses, and whether the customer may be called to sell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from dangol.decisions.care.models import CareStep, CareTask, Kind
from dangol.decisions.care.queries import people_of
from dangol.records.permission.asking import ADVERTISING, ChannelFacts
from dangol.records.permission.queries import NIGHT, Decision, decisions
from dangol.web.shell.viewer import Viewer

# What an advertising call takes, as permission asks it: consent to advertising by phone, and a number.
CALL = ChannelFacts("call", needs="mobile", needs_consent=True)


@dataclass(frozen=True)
class Shown:
    """One task; call: what may not be said when calling, "" where a sales call is allowed."""

    task: CareTask
    late: bool
    call: str
    knows: bool
    steps: Sequence[CareStep] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.task.state == CareTask.State.OPEN

    @property
    def invites(self) -> bool:
        """Whether it is an invitation to a panel."""
        return self.task.kind == Kind.PANEL

    @property
    def gives(self) -> bool:
        """Whether the customer is given something that is worth money."""
        return self.task.kind == Kind.GIFT


def shown(tasks: Sequence[CareTask], mine: Viewer, *, at: datetime, today: date) -> list[Shown]:
    """The tasks with their steps, and one question of permission for everybody on the page."""
    steps: dict[int, list[CareStep]] = {}
    for step in CareStep.objects.filter(task__in=tasks).select_related("by", "owner").order_by("pk"):
        steps.setdefault(step.task_id, []).append(step)
    said = dict(decisions(people_of(tasks), channel=CALL, kind=ADVERTISING, at=at)) if tasks else {}
    return [
        Shown(
            one, one.state == CareTask.State.OPEN and one.due_on < today, call_words(said[one.identity.customer_id]),
            mine.knows(one.identity.customer_id), steps.get(one.pk, ()),
        )
        for one in tasks
    ]  # fmt: skip


def call_words(verdict: Decision) -> str:
    """Why nothing may be sold by phone; "" where it may, if only by day."""
    if verdict.allowed or verdict.reason == NIGHT:
        return ""
    if verdict.reason == "no_address":
        return _("No phone number is on record.")
    return _("No sales call: advertising by phone is not allowed. Asking how they are is.")
