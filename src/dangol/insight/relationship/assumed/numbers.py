"""Which numbers a page may change, within which bounds, and which of them need everybody valued anew to be tried.

The bounds keep out what nobody can mean (a horizon of a thousand years) and what would be worked out for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.relationship.settings import ValueSettings
from dangol.lib.settings import BadSettings

type Bounds = tuple[float, float]

# What these would do follows from the scores that stand.
FOLLOWING: dict[str, Bounds] = {
    "weight_economic": (0, 1000), "weight_social": (0, 1000), "weight_cost": (0, 1000), "tolerance": (0, 100),
    "margin_rate": (0, 1),
}  # fmt: skip
# These go into the fits and the parts themselves.
ANEW: dict[str, Bounds] = {
    "horizon_months": (1, 120), "discount_rate": (0, 1), "active_days": (1, 3650), "minute_value": (0, 1_000_000),
    "return_minutes": (0, 1440), "social_floor": (0, 1), "fewest_answers": (1, 1_000_000),
    "fewest_customers": (1, 1_000_000), "best_share": (0.01, 0.99),
}  # fmt: skip
CHANGEABLE: dict[str, Bounds] = FOLLOWING | ANEW
WHOLE = frozenset(field.name for field in fields(ValueSettings) if field.type == "int")


def with_numbers(settings: ValueSettings, told: Mapping[str, Any]) -> ValueSettings:
    """The settings with the CHANGEABLE ones of these numbers. Raises BadSettings for what cannot be.

    What is as it was is kept, even where a home's file has it beyond the bounds.
    """
    others = {name: told[name] for name in CHANGEABLE if name in told and told[name] != getattr(settings, name)}
    return replace(settings, **{name: checked(name, number) for name, number in others.items()})


def needs_valuing(now: ValueSettings, then: ValueSettings) -> bool:
    """Whether what would change is told by valuing everybody anew alone."""
    return any(getattr(now, name) != getattr(then, name) for name in ANEW)


def checked(name: str, told: Any) -> Any:
    """The number as the setting has it. Raises BadSettings outside its bounds."""
    number = float(told)
    low, high = CHANGEABLE[name]
    if not low <= number <= high:
        raise BadSettings(_("This lies between %(low)s and %(high)s.") % {"low": f"{low:,g}", "high": f"{high:,g}"})
    if name in WHOLE and number != int(number):
        raise BadSettings(_("This has to be a whole number."))
    return int(number) if name in WHOLE else number
