"""The loop goes round by itself: everybody is valued anew and, with a budget, something is chosen for them."""

from __future__ import annotations

import logging
from datetime import datetime

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.loop.queries import due, plan, to_choose_for
from dangol.insight.relationship.positioning.catalogue import programmes
from dangol.insight.relationship.positioning.worth_of_a_use import said_last
from dangol.lib.progress import Progress, silent
from dangol.web.start.choosing import choose
from dangol.web.start.rounds import Hands, bring_up_to_date

log = logging.getLogger(__name__)


def go_round_if_due(*, as_of: datetime) -> list[Run]:
    """Value everybody, and choose what to do, where somebody set when and the day has come; the runs that were made.

    Killed between the two, the choice is found due again in the next round.
    """
    made = [bring_up_to_date(at=as_of, hands=Hands(by=None))] if due(plan(), today=shops_day(as_of)) else []
    chosen = choose_if_due(as_of=as_of)
    return [*made, chosen] if chosen else made


def choose_if_due(*, as_of: datetime, progress: Progress = silent) -> Run | None:
    """Choose what to do by the newest valuation, where the plan has a budget and the day has come."""
    standing = plan()
    valued = to_choose_for(standing, today=shops_day(as_of))
    if standing is None or standing.budget is None or valued is None:
        return None
    if programmes(all_of_them=True) and not programmes():  # all of them were taken out of use
        return None
    return choose(valued, budget=standing.budget, at=as_of, by=None, use_worth=said_last(), progress=progress)


def choose_if_can(*, as_of: datetime, progress: Progress = silent) -> None:
    """The same after other work, which is done although choosing fails: the next round tries it again."""
    try:
        choose_if_due(as_of=as_of, progress=progress)
    except Exception:
        log.exception("What to do could not be chosen; the daily round tries it again.")
