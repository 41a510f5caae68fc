"""Read which settings stand, and every change of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.settings import ValueSettings

# What a page may change: what it would do can be told beforehand from the scores that stand.
CHANGEABLE = ("weight_economic", "weight_social", "weight_cost", "tolerance", "margin_rate")


def standing(defaults: ValueSettings) -> ValueSettings:
    """What the next valuation assumes: what was set last, and the home's own where nobody set anything."""
    last = last_change()
    return replace(defaults, **last.standing) if last else defaults


def with_numbers(settings: ValueSettings, told: Mapping[str, Any]) -> ValueSettings:
    """The settings with the CHANGEABLE ones of these numbers. Raises BadSettings for what cannot be."""
    numbers: dict[str, Any] = {name: float(told[name]) for name in CHANGEABLE if name in told}
    return replace(settings, **numbers)


def last_change() -> SettingsChange | None:
    """The newest change."""
    return SettingsChange.objects.order_by("-pk").first()


def changes() -> list[SettingsChange]:
    """All of them, the newest first."""
    return list(SettingsChange.objects.select_related("by").order_by("-pk"))
