"""Whom a business calls its core. What it asked for last is kept with the run and is what it asks for next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.utils.translation import gettext as _

from dangol.insight.relationship.core.names import CONTRIBUTION, EQUITY
from dangol.lib.settings import BadSettings

PROFIT_BY = (CONTRIBUTION, EQUITY)


@dataclass(frozen=True)
class CoreSettings:
    """The three criteria. profit_by: contribution (of the last 365 days) or equity; profit_share: of those who bring in
    anything, the part that counts; months: of the last twelve, those in which somebody must have bought; words: how
    often somebody must have been heard, or have brought somebody along, in the last 365 days; use_days: on how many
    days of the last 365 somebody must have used a business that sells nothing to be a frequent user.
    """

    profit_by: str = CONTRIBUTION
    profit_share: float = 0.2
    months: int = 9
    words: int = 1
    use_days: int = 12

    def __post_init__(self) -> None:
        if self.profit_by not in PROFIT_BY:
            raise BadSettings(_("Profit is counted by contribution or by equity."))
        if not 0 < self.profit_share <= 0.5:
            raise BadSettings(_("The part of customers that counts by profit lies above 0 and is a half at most."))
        if not 1 <= self.months <= 12 or self.words < 1:
            raise BadSettings(_("Months lie between 1 and 12, and somebody must be heard once at least."))
        if not 1 <= self.use_days <= 365:
            raise BadSettings(_("Days of use lie between 1 and 365."))

    @classmethod
    def kept(cls, parameters: Mapping[str, Any]) -> Self:
        """As a run keeps them; what it does not know is as it is by itself."""
        return cls(**{one.name: parameters[one.name] for one in fields(cls) if one.name in parameters})

    def as_parameters(self) -> dict[str, Any]:
        """Plain values, to be kept with the run."""
        return asdict(self)
