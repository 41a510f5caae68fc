"""What a valuation assumes. Every one is shown beside the values, and changing one is the business's right."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any, Self

from django.utils.translation import gettext as _

from dangol.insight.relationship.counted_in import TRADES
from dangol.lib.settings import BadSettings

MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR


@dataclass(frozen=True)
class ValueSettings:
    """The assumptions of one valuation; money in minor units.

    active_days: active = a purchase within these days; horizon_months: H; discount_rate: d, a year; margin_rate:
    assumed margin where costs are unknown; minute_value: worth of a minute of the customer's own time;
    return_minutes: own time assumed for one return; tolerance: τ, points around the fair-value line; weight_*: of the
    three parts of customer value; social_floor: least out-of-sample rank correlation for an estimate to be used;
    fewest_answers: customers who must have answered before an estimate is tried; fewest_customers: customers with
    sales that a fit of its own, and a frozen reference, need; best_share: of the active customers by equity, who are
    looked at first where service falls short; trade: what values are counted in, money or uses, "" to be told by the
    records (`trade`).
    """

    active_days: int = 365
    horizon_months: int = 36
    discount_rate: float = 0.10
    margin_rate: float = 0.30
    minute_value: int = 200
    return_minutes: float = 15.0
    tolerance: float = 15.0
    weight_economic: float = 1.0
    weight_social: float = 1.0
    weight_cost: float = 1.0
    social_floor: float = 0.3
    fewest_answers: int = 100
    fewest_customers: int = 50
    best_share: float = 0.2
    trade: str = ""

    def __post_init__(self) -> None:
        if not all(isfinite(value) for name, value in asdict(self).items() if name != "trade"):
            raise BadSettings(_("Every setting must be a number."))
        if self.trade not in TRADES:
            raise BadSettings(_("Values are counted in money or in uses; left empty, the records tell."))
        if min(self.active_days, self.horizon_months, self.fewest_customers, self.fewest_answers) < 1:
            raise BadSettings(_("Days, months and the least numbers of customers must be 1 or more."))
        if self.discount_rate <= -1 or not 0 < self.margin_rate <= 1 or not 0 < self.tolerance < 100:
            raise BadSettings(
                _("The margin rate must lie above 0 and be 1 at most, the tolerance between 0 and 100 points.")
            )
        if not 0 < self.best_share < 1 or not -1 <= self.social_floor <= 1:
            raise BadSettings(_("The share of the best lies between 0 and 1, the least rank correlation from −1 to 1."))
        if min(self.weights) < 0 or sum(self.weights) <= 0 or self.minute_value < 0 or self.return_minutes < 0:
            raise BadSettings(_("Weights and the value of time must not be negative, and one weight must be above 0."))

    @property
    def weights(self) -> tuple[float, float, float]:
        """Of economic value, social value and (100 − cost), in this order."""
        return self.weight_economic, self.weight_social, self.weight_cost

    @classmethod
    def like(cls, source: object) -> Self:
        """Settings taken from an object that has some of them under the same names, such as the home's settings."""
        known = {field.name: getattr(source, field.name) for field in fields(cls) if hasattr(source, field.name)}
        return cls(**known)

    def as_parameters(self) -> dict[str, Any]:
        """Plain values, to be kept with the run."""
        return asdict(self)
