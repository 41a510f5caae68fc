"""Where values are counted in uses, no effect of a campaign is told in money.

Its outcome is what customers spent: where nothing is sold that is zero in both arms, and zero against zero would be
shown as if it had been measured.

Called by: the campaigns' actions, queries and pages. Must never know: how uses are counted.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.insight.analysis.measurement import CannotMeasure
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use


class NothingSold(CannotMeasure):
    """Values are counted in uses, so that what customers spent tells of no effect."""


def refuse_uses(valued: Run | None) -> None:
    """Raise NothingSold where values are counted in uses."""
    if told := why_unsold(valued):
        raise NothingSold(told)


def why_unsold(valued: Run | None) -> str:
    """Why a campaign's effect is not measured, in words; "" where it is."""
    if not is_by_use(valued):
        return ""
    return _(
        "Values here are counted in uses. What a campaign changes is measured by what customers spend, so no effect is"
        " shown."
    )
