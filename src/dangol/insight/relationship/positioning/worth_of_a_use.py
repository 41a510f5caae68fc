"""What one unit of equity is worth in money: one where values are money; where they are uses, what somebody said.

A budget is money, and no record tells what a loan or a visit is worth to who lends. So it is asked for with the budget
and kept with the answer. What campaigns were measured to sell tells nothing of uses and is left out; what they were
measured to change in uses is money by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.positioning.learning import Past
from dangol.insight.relationship.positioning.names import KIND
from dangol.lib.errors import WrongUse

USE_WORTH = "use_worth"  # of a run's parameters


class NothingToChoose(WrongUse):
    """There is no programme in use, a budget below nothing, or nobody said what a use is worth."""


@dataclass(frozen=True)
class Worth:
    """of_a_use: minor units for one use; None where values are money already."""

    of_a_use: int | None = None

    @property
    def of_one(self) -> float:
        """Minor units for one unit of equity."""
        return float(self.of_a_use or 1)

    def told_by(self, past: Past) -> Past:
        """What was measured, as far as it tells of these values."""
        if self.of_a_use is None:
            return past
        uses = {code: [one.times(self.of_a_use) for one in effects] for code, effects in past.uses.items()}
        return replace(past, company=uses)

    def kept_of(self, margin_rate: float) -> float:
        """What stays of what a campaign brought: the margin on money, all of a use."""
        return margin_rate if self.of_a_use is None else 1.0

    def as_parameters(self) -> dict[str, int]:
        """To be kept with a run."""
        return {} if self.of_a_use is None else {USE_WORTH: self.of_a_use}


def worth_of(valued: Run, use_worth: int | None) -> Worth:
    """What a unit of this valuation's equity is worth. Raises NothingToChoose where uses are, and nobody said of what
    worth."""
    if not is_by_use(valued):
        return Worth()
    if not use_worth or use_worth < 0:
        raise NothingToChoose(
            _("Values here are counted in uses, and a budget is money: say what a use is worth to you, above nothing.")
        )
    return Worth(use_worth)


def said_last() -> int | None:
    """What somebody said a use is worth when it was chosen last, minor units; None: nobody did."""
    chosen = latest_run(KIND)
    return chosen.parameters.get(USE_WORTH) if chosen else None
