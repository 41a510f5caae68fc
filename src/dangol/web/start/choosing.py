"""Choosing what to do for whom by everything that is known here: programmes, channels, and what was measured."""

from __future__ import annotations

from datetime import datetime

from dangol.contact.delivery.queries import channels
from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import ensure_programmes
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User
from dangol.web.campaigns.channels import offered


def choose(
    valued: Run,
    *,
    budget: int,
    at: datetime,
    by: User | None,
    use_worth: int | None = None,
    progress: Progress = silent,
) -> Run:
    """Choose within the budget (minor units) by this valuation, with the first programmes where there are none.

    use_worth: of one use, where uses are counted. Raises NothingToChoose, RunGone.
    """
    ensure_programmes(valued, channel=offered()[0].facts.name, at=at, use_worth=use_worth)
    known = {name: channel.facts for name, channel in channels().items()}
    return position(
        valued, budget=budget, channels=known, past=past_effects(), at=at, by=by, use_worth=use_worth, progress=progress
    )
