"""Whether the balance moved: how far the customers stand from the fair-value line, before and after, by arm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.actions import KIND
from dangol.lib.money import MINUS
from dangol.records.ledger.models import Assignment

if TYPE_CHECKING:
    from dangol.insight.analysis.measurement import EffectEstimate

FEWEST = 10  # in each arm


@dataclass(frozen=True)
class Movement:
    """Mean change of the distance from the line, in points; below zero is closer. The difference with its interval."""

    treated: float
    held_out: float
    difference: float
    low: float
    high: float

    @property
    def written(self) -> dict[str, str]:
        """Every number with its sign and one decimal."""
        return {name: _points(getattr(self, name)) for name in ("treated", "held_out", "difference", "low", "high")}

    @property
    def finding(self) -> str:
        """The difference, in one sentence."""
        if self.high < 0:
            return _("Those who got it moved closer to the line than those held out.")
        if self.low > 0:
            return _("Those who got it moved farther from the line than those held out.")
        return _("Whether those who got it moved closer to the line cannot be told.")


def movement(campaign: Campaign, *, until: datetime) -> Movement | None:
    """How assigned customers moved between the valuations before launch and at the end; None where nothing compares."""
    if campaign.launched_at is None:
        return None
    before = latest_run(KIND, as_of=campaign.launched_at)
    after = latest_run(KIND, as_of=until)
    if before is None or after is None or after.as_of <= campaign.launched_at:
        return None
    changes = _changes(campaign, before, after)
    arms = [treated for _change, treated in changes]
    if min(arms.count(True), arms.count(False)) < FEWEST:
        return None
    found = _compared(changes)
    return Movement(found.mean_treated, found.mean_held_out, found.effect, found.ci_low, found.ci_high)


def _points(value: float) -> str:
    number = f"{value:+.1f}".replace("-", MINUS)
    return _("%(number)s points") % {"number": "0.0" if number in {"+0.0", f"{MINUS}0.0"} else number}


def _changes(campaign: Campaign, before: Run, after: Run) -> list[tuple[float, bool]]:
    """(change of the distance, treated) of every assigned customer on the map both times. One query."""
    gaps: dict[int, dict[int, float]] = {}
    arms: dict[int, bool] = {}
    rows = Score.objects.filter(
        run__in=[before, after], name="region", value__isnull=False,
        customer__identities__assignments__source_ref=campaign.source_ref,
    ).values_list("customer_id", "run_id", "value", "customer__identities__assignments__arm")  # fmt: skip
    for customer, run, value, arm in rows:
        gaps.setdefault(customer, {})[run] = abs(value or 0.0)
        arms[customer] = arm == Assignment.Arm.TREATED
    return [(gap[after.pk] - gap[before.pk], arms[customer]) for customer, gap in gaps.items() if len(gap) == 2]


def _compared(changes: list[tuple[float, bool]]) -> EffectEstimate:
    import numpy as np

    from dangol.insight.analysis.measurement import effect_of

    outcome, treated = zip(*changes, strict=True)
    return effect_of(np.array(outcome), np.array(treated, dtype=np.bool_)).raw
