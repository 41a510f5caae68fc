"""Messages by the API: what the built-in channels showed instead of sending it."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.decisions.campaigns.models import Campaign
from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, Sent, opened
from dangol.web.customers import letters
from dangol.web.shell.viewer import viewer

router = Router(tags=["messages"])


class ShownMessage(Schema):
    """One message as it would have reached the person; names and addresses as the key sees them."""

    customer: int
    name: str
    text: str
    at: datetime
    channel: str
    campaign: str
    address: str


class ShownMessages(Schema):
    """A page of twenty, the latest first; `further` says that there is a next one."""

    messages: list[ShownMessage]
    count: int
    page: int
    further: bool


class WantedMessages(Sent):
    campaign: Number | None = None
    page: int = Field(1, ge=1, le=10_000_000)


@opened(router, "GET", "/messages", May.SEE_CAMPAIGNS, response=ShownMessages, personal=True)
def list_messages(request: HttpRequest, wanted: Query[WantedMessages]) -> ShownMessages:
    """Messages of one campaign or of all, to customers this key sees."""
    mine = viewer(request)
    campaign = get_object_or_404(Campaign, pk=wanted.campaign) if wanted.campaign else None
    shown = letters.shown(campaign, mine.scope, page=wanted.page)
    rows = letters.rows(shown.messages, mine)
    mine.saw(row.customer.pk for row in rows)
    told = [
        ShownMessage(customer=row.customer.pk, name=mine.name(row.customer), text=row.text, at=row.at,
                     channel=row.channel, campaign=row.campaign, address=row.address)
        for row in rows
    ]  # fmt: skip
    return ShownMessages(messages=told, count=shown.count, page=shown.page, further=shown.further)
