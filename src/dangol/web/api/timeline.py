"""What happened with a customer, by the API: what the line of time of the card shows."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, Sent, opened
from dangol.web.customers import profile_page
from dangol.web.customers.happened import Entry
from dangol.web.customers.seen import person_or_404

router = Router(tags=["customers"])


class TimelineEntry(Schema):
    """One thing that happened; money in minor units. A note of ours has its number in `note`.

    `campaign` says which one it answers or belongs to, and `campaign_number` which of ours that is.
    """

    at: datetime
    title: str
    told: str
    why: str
    amount: int | None
    discount: int
    text: str
    campaign: str
    campaign_number: int | None
    note: int | None
    sealed: bool
    struck: bool


class Timeline(Schema):
    """The latest first; ask again with `before` for what is further back, until it is null."""

    happened: list[TimelineEntry]
    before: datetime | None


class WantedTimeline(Sent):
    show: str = Field("", max_length=20, description="purchases, talks, notes, campaigns; empty for everything")
    before: str = Field("", max_length=40)


@opened(router, "GET", "/customers/{number}/timeline", May.SEE_CUSTOMERS, response=Timeline, personal=True)
def get_timeline(request: HttpRequest, number: Number, asked: Query[WantedTimeline]) -> Timeline:
    """What happened so far with one customer; what was said is told to keys that see people."""
    found: Any = profile_page.history(request, person_or_404(request, number))["history"]
    happened = [_happening(one) for _month, entries in found.months for one in entries]
    return Timeline(happened=happened, before=found.before)


def _happening(one: Entry) -> TimelineEntry:
    return TimelineEntry(
        at=one.at, title=one.title, told=one.note, why=one.why, amount=one.amount, discount=one.discount, text=one.text,
        campaign=one.campaign, campaign_number=one.ours, note=one.written, sealed=one.sealed, struck=one.struck,
    )  # fmt: skip
