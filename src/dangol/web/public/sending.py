"""Messages that lead to a person's own pages: by which ways we can reach them, and putting one into the outbox.

What somebody asked for themselves (the way to their data, a code) is a service message; what we send on our own account
is informational, so that a "do not contact" stops it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.tasks import task
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.queries import channels
from dangol.lib import phones
from dangol.records.customers import masking, own_pages
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.customers.own_pages import CONSENT, DATA, WISHES, OwnPage
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.permission.asking import SERVICE, ChannelFacts
from dangol.records.permission.models import Purpose
from dangol.records.permission.queries import permitted
from dangol.records.permission.standing import standing
from dangol.web import clock

REF = "own-page"


@dataclass(frozen=True)
class Road:
    """A way to reach a person: the channel, and the number or address, which only staff see whole."""

    channel: ChannelFacts
    label: str
    kind: str
    value: str

    @property
    def name(self) -> str:
        """What forms call it."""
        return self.channel.name

    @property
    def masked(self) -> str:
        """Where it leads, as much as the person needs to know it by."""
        return masking.contact(self.kind, self.value)

    @property
    def plain(self) -> str:
        """Where it leads, as people write it."""
        return phones.dialled(self.value) if self.kind == ContactPoint.Kind.MOBILE else self.value


def roads(customer: Customer, *, kind: str = SERVICE) -> list[Road]:
    """The ways by which this kind of message may and can reach the person now."""
    at, mine = clock.as_of(), Customer.objects.filter(pk=customer.pk)
    found = []
    for channel in channels().values():
        if channel.facts.needs not in {ContactPoint.Kind.MOBILE, ContactPoint.Kind.EMAIL}:
            continue
        told = permitted(mine, channel=channel.facts, kind=kind, at=at).values_list("withheld", "address_").first()
        if told is not None and not told[0] and told[1]:
            found.append(Road(channel.facts, str(channel.label), channel.facts.needs, told[1]))
    return found


def may_be_invited(customer: Customer, road: Road) -> bool:
    """Whether we may ask by a message for consent: not whoever refused advertising by that way."""
    last = standing(customer, purposes=[Purpose.MARKETING]).last(Purpose.MARKETING, channel=road.channel.called)
    return last is None or last.granted


def send(customer: Customer, road: Road, *, subject: str, body: str, kind: str, at: datetime) -> bool:
    """Put one message into the outbox and have it carried; False where there is nobody to put it down to."""
    identity = customer.identities.order_by("pk").values_list("pk", flat=True).first()
    if identity is None:
        return False
    ref = f"{REF}:{secrets.token_hex(8)}"
    enqueue([NewMessage(ref, identity, ref, road.name, kind, "", subject, body)], at=at)
    carry_now.enqueue()
    return True


@task
def carry_now() -> None:
    """Hand over what waits, by the home's clock as everything that leaves."""
    carry(at=clock.as_of())


@task
def send_links(customer_ids: list[int], purpose: str, language: str) -> None:
    """Send each of these people the way to their page: beside the page, so that asking takes as long for anybody."""
    page = own_pages.PAGES[purpose]
    with translation.override(language):
        for customer in Customer.objects.known().filter(pk__in=customer_ids).order_by("pk"):
            for road in roads(customer)[:1]:
                link = own_pages.link_to(page, customer, at=clock.now())
                body = words_of(page, link, about=customer if len(customer_ids) > 1 else None)
                send(customer, road, subject="", body=body, kind=SERVICE, at=clock.as_of())


def words_of(page: OwnPage, link: str, *, about: Customer | None = None) -> str:
    """The message with a link; `about` names, masked, whose it is where several people share a number."""
    home = clock.home().name or _("our shop")
    sentences = {
        DATA.purpose: _("[%(shop)s] The way to your data with us. It opens for 24 hours; show it to nobody."),
        WISHES.purpose: _("[%(shop)s] Here you choose what you receive from us. The link is good for 180 days."),
        CONSENT.purpose: _(
            "[%(shop)s] Here you read what we ask you to agree to, and choose. The link is good for 30 days."
        ),
    }
    lines = [sentences[page.purpose] % {"shop": home}]
    if about is not None and about.full_name:
        lines.append(masking.name(about.full_name))
    return "\n".join([*lines, link])
