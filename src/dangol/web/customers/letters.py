"""What the built-in channels showed instead of sending it, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dangol.contact.delivery.models import Displayed
from dangol.contact.delivery.queries import channels, displayed
from dangol.decisions.campaigns.models import Campaign
from dangol.records.customers.merged import names_of
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.customers.own_pages import without_secrets
from dangol.records.staff.scope import Scope
from dangol.web.shell.viewer import Viewer

SHOWN = 20
REF = "campaign:"


@dataclass(frozen=True)
class Letter:
    """One message as it would have reached the person."""

    customer: Customer
    text: str
    at: datetime
    channel: str
    campaign: str
    address: str


@dataclass(frozen=True)
class Shown:
    """One page of messages; `campaign` narrows it to one campaign's."""

    messages: list[Displayed]
    count: int
    page: int
    campaign: Campaign | None

    @property
    def first(self) -> int:
        return (self.page - 1) * SHOWN + 1 if self.messages else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * SHOWN + len(self.messages)

    @property
    def further(self) -> bool:
        return self.last < self.count


def shown(campaign: Campaign | None, scope: Scope, *, page: int) -> Shown:
    """Messages of one campaign or of all to customers within the scope, the latest first."""
    every: QuerySet[Displayed] = displayed().filter(scope.within("message__identity__customer__unit"))
    if campaign is not None:
        every = every.filter(message__source_ref=campaign.source_ref)
    start = (page - 1) * SHOWN
    return Shown(list(every[start : start + SHOWN]), every.order_by().count(), page, campaign)


def rows(messages: list[Displayed], viewer: Viewer) -> list[Letter]:
    """These messages in words, with the campaigns they came from: one query. Names in them as the viewer sees them."""
    refs = {one.message.source_ref for one in messages}
    numbers = [int(ref.removeprefix(REF)) for ref in refs if ref.startswith(REF)]
    senders = {campaign.source_ref: campaign.name for campaign in Campaign.objects.filter(pk__in=numbers)}
    names = {name: str(channel.label) for name, channel in channels().items()}
    people = {} if viewer.knows_people else names_of({one.message.identity.customer_id for one in messages})
    return [
        Letter(
            customer=one.message.identity.customer,
            text=_as_seen(one, people, viewer),
            at=one.at,
            channel=names.get(one.channel, one.channel),
            campaign=senders.get(one.message.source_ref, ""),
            address=viewer.contact(ContactPoint.Kind.MOBILE, one.address) if one.address.startswith("+") else "",
        )
        for one in messages
    ]


def _as_seen(one: Displayed, people: dict[int, list[str]], viewer: Viewer) -> str:
    """The text with the person's names masked, and no link of theirs, for those who do not work with people."""
    if viewer.knows_people:
        return one.text
    text = without_secrets(one.text)
    for name in people[one.message.identity.customer_id]:
        text = text.replace(name, viewer.name_text(name))
    return text
