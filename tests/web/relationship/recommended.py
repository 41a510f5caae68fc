"""A portfolio for the small business of the pages: the first programmes, and a recommendation for some."""

from __future__ import annotations

from datetime import datetime

from dangol.contact.delivery.queries import channels
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import ensure_programmes
from dangol.insight.relationship.positioning.learning import NOTHING
from dangol.insight.relationship.queries import current_run
from dangol.records.catalog.offers import ensure_offers
from tests.web.business import business


def recommended(*, at: datetime, budget: int = 10**9) -> Run:
    """Make the business unless it is there, and recommend."""
    if current_run() is None:
        business()
    valued = current_run()
    assert valued is not None
    ensure_offers(currency="KRW", at=at)
    ensure_programmes(valued, channel="till_coupon", at=at)
    known = {name: channel.facts for name, channel in channels().items()}
    return position(valued, budget=budget, channels=known, past=NOTHING, at=at, by=None)
