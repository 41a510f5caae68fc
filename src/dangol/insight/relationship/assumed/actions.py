"""Set what the next valuation assumes, and take it back. Rows are never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.relationship.assumed.numbers import CHANGEABLE, with_numbers
from dangol.insight.relationship.assumed.queries import last_change, standing
from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.settings import ValueSettings
from dangol.lib.errors import WrongUse
from dangol.records.staff.models import User

LONGEST_REASON = 200


class NoReasonToChange(WrongUse):
    """A change of settings moves everybody's value; say why."""


class NothingToChange(WrongUse):
    """These are the settings that stand already, or nobody has changed any."""


def change_settings(
    *, wanted: Mapping[str, float], defaults: ValueSettings, by: User | None, at: datetime, reason: str
) -> SettingsChange:
    """Let the next valuation assume these; defaults: of the home, which hold for what nobody set.

    Raises NoReasonToChange, NothingToChange, and BadSettings for what cannot be.
    """
    if not reason.strip():
        raise NoReasonToChange(_("Say why the settings are to be changed."))
    with atomic():
        now = standing(defaults)
        then = with_numbers(now, wanted)
        changed = {
            name: [getattr(now, name), getattr(then, name)]
            for name in CHANGEABLE
            if getattr(now, name) != getattr(then, name)
        }
        if not changed:
            raise NothingToChange(_("Nothing is different from what stands."))
        last = last_change()
        kept = (last.standing if last else {}) | {name: after for name, (_before, after) in changed.items()}
        return _write(kept, changed, by=by, at=at, reason=reason)


def undo_settings(*, defaults: ValueSettings, by: User | None, at: datetime) -> SettingsChange:
    """Take the settings back that stood before the last change, as a change of its own. Raises NothingToChange."""
    with atomic():
        last = last_change()
        if last is None:
            raise NothingToChange(_("Nobody has changed the settings yet."))
        before = SettingsChange.objects.filter(pk__lt=last.pk).order_by("-pk").first()
        kept = before.standing if before else {}
        now, then = standing(defaults), replace(defaults, **kept)
        changed = {name: [getattr(now, name), getattr(then, name)] for name in last.changed}
        return _write(kept, changed, by=by, at=at, reason=_("Change %(number)s taken back") % {"number": last.pk})


def _write(
    kept: Mapping[str, float], changed: Mapping[str, list[float]], *, by: User | None, at: datetime, reason: str
) -> SettingsChange:
    return SettingsChange.objects.create(
        standing=dict(kept), changed=dict(changed), by=by, at=at, reason=reason.strip()[:LONGEST_REASON]
    )
