"""By which answer of Insight somebody was scored, in the words told to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Run


def answered_by(run: Run) -> str:
    """The number of the answer, its day and the state of the data."""
    from dangol.insight.analysis.who_counts import shops_day  # slow to load, and every command knows the registry

    return _("Answer no. %(run)s as of %(day)s, warehouse %(lake)s") % {
        "run": run.pk, "day": shops_day(run.as_of).isoformat(), "lake": run.lake_version or "–",
    }  # fmt: skip
