"""The loop goes round by itself: everybody is valued anew and, with a budget, something is chosen for them."""

from __future__ import annotations

from datetime import datetime

from dangol.contact.delivery.queries import channels
from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.loop.queries import due, plan
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import programmes
from dangol.web.start.rounds import Hands, bring_up_to_date


def go_round_if_due(*, as_of: datetime, at: datetime) -> list[Run]:
    """Value everybody, and choose what to do, where somebody set when and the day has come; the runs that were made.

    Nothing where the home's clock stands still, since its day does not come. Killed between the two, the choice
    comes with the next round.
    """
    standing = plan()
    if standing is None or not due(standing, today=shops_day(as_of)):
        return []
    made = [bring_up_to_date(at=as_of, hands=Hands(by=None))]
    if standing.budget is not None and programmes():
        known = {name: channel.facts for name, channel in channels().items()}
        made.append(position(made[0], budget=standing.budget, channels=known, past=past_effects(), at=at, by=None))
    return made
