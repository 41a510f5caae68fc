"""By what a campaign is judged: what customers spent, or, where values are counted in uses, how often they used us.

Declared with the plan, before anything is sent. What was to be judged by spending is not measured where nothing is
sold: zero against zero would be shown as if it had been measured.

Called by: the campaigns' tables, actions, queries and pages. Must never know: how uses are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.measurement import CannotMeasure
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use

if TYPE_CHECKING:
    from dangol.insight.warehouse.queries import Lake


class Outcome(models.TextChoices):
    """What is counted for each customer."""

    NET_REVENUE = "net_revenue", gettext_lazy("Net revenue")
    USES = "uses", gettext_lazy("Uses")


class NothingSold(CannotMeasure):
    """Values are counted in uses, so that what customers spent tells of no effect."""


def declared(valued: Run | None) -> Outcome:
    """What a plan that is written now is judged by."""
    return Outcome.USES if is_by_use(valued) else Outcome.NET_REVENUE


def counted(lake: Lake, outcome: str) -> Lake:
    """The lake as this outcome is counted."""
    return lake.in_uses() if outcome == Outcome.USES else lake


def refuse_unsold(outcome: str, valued: Run | None) -> None:
    """Raise NothingSold where spending was to be compared and values are counted in uses."""
    if told := why_unsold(outcome, valued):
        raise NothingSold(told)


def why_unsold(outcome: str, valued: Run | None) -> str:
    """Why a campaign's effect is not measured, in words; "" where it is."""
    if outcome == Outcome.USES or not is_by_use(valued):
        return ""
    return _(
        "This was planned to be judged by what customers spend, and values here are counted in uses, so no effect is"
        " shown. Plan it again, and it is judged by uses."
    )
