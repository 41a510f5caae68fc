"""Give those left short to somebody with a day, or close the matter: rows, never edits."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from dangol.insight.relationship.models import Imbalance, ImbalanceStep
from dangol.lib.errors import WrongUse
from dangol.records.staff.models import User


class Closed(WrongUse):
    """What is closed stays so; the next month raises its own."""


class NoOwner(WrongUse):
    """Somebody has to have it, by some day."""


def give(
    imbalance: Imbalance, *, owner: User | None, due_on: date | None, by: User, at: datetime, today: date
) -> ImbalanceStep:
    """Give it to somebody, to be done by a day. Raises Closed, NoOwner."""
    _refuse_closed(imbalance)
    if owner is None or not owner.is_active:
        raise NoOwner(_("Choose somebody who works here."))
    if due_on is None or due_on < today:
        raise NoOwner(_("Choose the day by which it is to be done, today or later."))
    return imbalance.steps.create(kind=ImbalanceStep.Kind.GIVEN, owner=owner, due_on=due_on, by=by, at=at)


def close(imbalance: Imbalance, *, note: str = "", by: User, at: datetime) -> ImbalanceStep:
    """Say that it is settled. Raises Closed."""
    _refuse_closed(imbalance)
    return imbalance.steps.create(kind=ImbalanceStep.Kind.CLOSED, note=note.strip()[:200], by=by, at=at)


def last_step(imbalance: Imbalance) -> ImbalanceStep | None:
    """How it stands: given, closed, or nobody has looked."""
    steps = list(imbalance.steps.all())
    return max(steps, key=lambda step: step.pk, default=None)


def newest_imbalance() -> Imbalance | None:
    """The one raised last, with its months and steps, whatever it was measured by: a setting that changes afterwards
    settles nothing. Two queries, one where there is none.
    """
    steps = Prefetch("steps", ImbalanceStep.objects.select_related("owner", "by").order_by("pk"))
    joined = Imbalance.objects.select_related("movement__earlier", "movement__later").prefetch_related(steps)
    return joined.order_by("-pk").first()


def open_imbalance() -> Imbalance | None:
    """The newest, unless it is closed."""
    newest = newest_imbalance()
    step = last_step(newest) if newest else None
    return None if step is not None and step.kind == ImbalanceStep.Kind.CLOSED else newest


def _refuse_closed(imbalance: Imbalance) -> None:
    step = imbalance.steps.order_by("-pk").first()
    if step is not None and step.kind == ImbalanceStep.Kind.CLOSED:
        raise Closed(_("This is closed. The next month tells anew who is left short."))
