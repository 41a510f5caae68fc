"""Read which settings stand, and every change of them."""

from __future__ import annotations

from dataclasses import replace

from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.settings import ValueSettings


def standing(defaults: ValueSettings) -> ValueSettings:
    """What the next valuation assumes: what was set last, and the home's own where nobody set anything."""
    last = last_change()
    return replace(defaults, **last.standing) if last else defaults


def last_change() -> SettingsChange | None:
    """The newest change."""
    return SettingsChange.objects.order_by("-pk").first()


def changes() -> list[SettingsChange]:
    """All of them, the newest first."""
    return list(SettingsChange.objects.select_related("by").order_by("-pk"))
