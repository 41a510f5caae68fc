"""Whether pages speak of uses or of sales: as the newest valuation counted, before there is one as the records tell."""

from __future__ import annotations

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import counts_in_uses
from dangol.insight.relationship.queries import current_run
from dangol.web.start.rounds import value_settings


def speaks_of_uses(run: Run | None = None) -> bool:
    """run: that of the page, where it has one."""
    return counts_in_uses(run or current_run(), trade=value_settings().trade)
