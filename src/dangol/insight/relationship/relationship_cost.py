"""What the relationship costs the customer beyond the price, in money a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]

# Returns alone tell too little: without fees or contacts on record the part stays unknown.
TELLING = ("fees", "minutes", "complaints", "late_deliveries")


def relationship_cost(asked: Mapping[str, Array], settings: ValueSettings) -> Array:
    """Minor units a year: fees + (minutes + returns × minutes per return) × value of a minute.

    asked: columns of `cost_by_customer`, per year. Minutes are those of contacts, complaints and waiting for late
    deliveries; the time a return takes is assumed.
    """
    minutes = asked["minutes"] + asked["returns"] * settings.return_minutes
    money: Array = asked["fees"] + minutes * settings.minute_value
    return money


def is_recorded(asked: Mapping[str, Array]) -> bool:
    """Whether the business records such costs at all; if not, nobody's cost is known to be zero."""
    return any(bool(np.any(asked[name] > 0)) for name in TELLING)
