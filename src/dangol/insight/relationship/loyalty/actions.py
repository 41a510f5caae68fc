"""Say when loyalty is measured, and who answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from dangol.insight.relationship.loyalty.calendar import APART
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.queries import plan
from dangol.lib.errors import WrongUse
from dangol.records.staff.models import User

MOST_DAYS = 40


class NoSuchCalendar(WrongUse):
    """Days that are none, or nobody who answers for them."""


def set_plan(
    *, every: str, first: date | None = None, days: Sequence[date] = (), owner: User | None = None, survey: str = "",
    on: date, by: User | None, at: datetime,
) -> WavePlan | None:  # fmt: skip
    """Measure on these days from now on; the plan that stands, where nothing is different. Raises NoSuchCalendar."""
    if every not in WavePlan.Every.values:
        raise NoSuchCalendar(_("Choose when it is measured."))
    single = sorted(set(days)) if every == WavePlan.Every.DAYS else []
    first = first if every not in {WavePlan.Every.DAYS, WavePlan.Every.NEVER} else None
    if every == WavePlan.Every.NEVER:
        owner, survey = None, ""
    else:
        _refuse(every, first, single, owner)
    new = WavePlan(
        every=every, first=first, days=[day.isoformat() for day in single], owner=owner, survey=survey.strip()[:80],
        on=on, by=by, at=at,
    )  # fmt: skip
    standing = plan()
    if _said(standing) == _said(new) or (standing is None and every == WavePlan.Every.NEVER):
        return standing
    new.save(force_insert=True)
    return new


def _refuse(every: str, first: date | None, single: list[date], owner: User | None) -> None:
    if owner is None or not owner.is_active:
        raise NoSuchCalendar(_("Choose somebody who works here."))
    if every != WavePlan.Every.DAYS:
        if first is None:
            raise NoSuchCalendar(_("Choose the day on which it begins."))
        return
    if not single:
        raise NoSuchCalendar(_("Write at least one day."))
    if len(single) > MOST_DAYS:
        raise NoSuchCalendar(_("Those are too many days: %(most)s at most.") % {"most": MOST_DAYS})
    if any((one - other).days < APART for other, one in pairwise(single)):
        raise NoSuchCalendar(
            _("Two days need %(days)s days between them: an answer could belong to both.") % {"days": APART}
        )


def _said(one: WavePlan | None) -> tuple[object, ...] | None:
    return (one.every, one.first, one.days, one.owner_id, one.survey) if one else None
