"""What a course is told by. Every number is shown beside the stages, and changing one is the business's right."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.utils.translation import gettext as _

from dangol.lib.settings import BadSettings


@dataclass(frozen=True)
class StageRules:
    """The numbers of the rules; days are days of the shop.

    expansion_purchases, expansion_categories: so many purchases over so many categories since the relationship began
    are expansion; commitment_days, commitment_purchases: so long without having been lost, with so many purchases, is
    commitment; lifelong_days: so long is lifelong; usual_days: what counts as one more gap between purchases, so that
    somebody who bought once has a rhythm, too; quiet_gaps, lost_gaps: silent longer than so many usual gaps, at least
    quiet_days, lost_days; growth_days, growth_share: spend of so many days against as many before, by how much more.
    """

    expansion_purchases: int = 3
    expansion_categories: int = 2
    commitment_days: int = 365
    commitment_purchases: int = 4
    lifelong_days: int = 730
    usual_days: int = 60
    quiet_gaps: float = 2.5
    quiet_days: int = 30
    lost_gaps: float = 5.0
    lost_days: int = 90
    growth_days: int = 180
    growth_share: float = 0.2

    def __post_init__(self) -> None:
        counted = (
            self.expansion_purchases, self.expansion_categories, self.commitment_days, self.commitment_purchases,
            self.lifelong_days, self.usual_days, self.quiet_days, self.lost_days, self.growth_days,
        )  # fmt: skip
        if min(counted) < 1 or min(self.quiet_gaps, self.lost_gaps, self.growth_share) <= 0:
            raise BadSettings(_("Days, purchases, categories, gaps and the share of growth must be above 0."))
        if self.lifelong_days < self.commitment_days:
            raise BadSettings(_("Lifelong cannot come sooner than commitment: make its days as many or more."))
        if self.lost_gaps < self.quiet_gaps or self.lost_days < self.quiet_days:
            raise BadSettings(_("Nobody is lost before they are quiet: make gaps and days of lost as many or more."))

    @classmethod
    def like(cls, source: object) -> Self:
        """Rules taken from an object that has some of them under the same names, such as the home's settings."""
        known = {field.name: getattr(source, field.name) for field in fields(cls) if hasattr(source, field.name)}
        return cls(**known)

    def as_parameters(self) -> dict[str, Any]:
        """Plain values, to be kept with the run."""
        return asdict(self)
