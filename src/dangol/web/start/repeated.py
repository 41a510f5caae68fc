"""What comes again is sent when it is due: one issue of each series a day at most, however often this is asked."""

from __future__ import annotations

import logging
from datetime import datetime

from dangol.contact.delivery.queries import channel as channel_named
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.repeating.actions import issue, tell_failed
from dangol.decisions.campaigns.repeating.queries import all_series
from dangol.lib.errors import DangolError
from dangol.web import clock

log = logging.getLogger(__name__)


def issue_if_due(*, as_of: datetime) -> list[Campaign]:
    """Make every issue that is due, each in a transaction of its own; those that were made.

    Nothing falls due where the home's clock stands still. What could not be made is told on the page of its series and
    tried again in the next round; the others are made all the same.
    """
    if not clock.runs():
        return []
    made = []
    for one in all_series():
        day = one.due(clock.day())
        if day is None:
            continue
        try:
            found = issue(one.series, due_on=day, channel=channel_named(one.series.channel).facts, by=None, at=as_of)
        except DangolError as refused:
            tell_failed(one.series, due_on=day, why=str(refused), at=as_of)
        except Exception:
            log.exception("An issue of the series %s could not be made; the next round tries it again.", one.series.pk)
        else:
            made += [found] if found else []
    return made
