"""Carrying messages out of the house: claim, ask again, hand over, remember."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.transaction import atomic

from dangol.contact.delivery.parcel import Parcel
from dangol.contact.delivery.queries import channels
from dangol.lib.progress import Progress, silent
from dangol.records.catalog.models import Offer
from dangol.records.customers.models import Customer
from dangol.records.ledger.appending import append_new
from dangol.records.ledger.assignments import NewWithholding, withhold
from dangol.records.ledger.models import Interaction
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import waiting
from dangol.records.permission.queries import permitted

BATCH = 1000
SENT = "sent"
CONTACT = ("identity_id", "source_ref", "kind", "direction", "at", "touchpoint", "text", "minutes", "worth")


class Claimed(NamedTuple):
    """One message this carrier has taken."""

    pk: int
    identity_id: int
    customer_id: int
    source_ref: str
    channel: str
    kind: str
    subject: str
    body: str
    offer: str


class Carried(NamedTuple):
    """`stranded` messages wait for a channel that is not installed."""

    handed_over: int
    withheld: int
    stranded: int = 0


class Gated(NamedTuple):
    """What the gate let through (with the address valid now), and the refused messages by reason."""

    parcels: list[tuple[Claimed, Parcel]]
    refused: dict[str, list[Claimed]]


def carry(*, at: datetime, progress: Progress = silent) -> Carried:
    """Hand over every waiting message that may still be sent; withhold the others with their reason.

    A batch is claimed, asked for again, handed over and recorded in one database transaction. A carrier killed at any
    point therefore leaves a batch either untouched, claim included, for the next call, or done. A second carrier waits
    for the first one's claim and then finds nothing left of that batch.
    """
    known = list(channels())
    total = waiting().filter(channel__in=known).count()
    handed_over = withheld = 0
    while batch := _next_batch(known):
        done = _carry_batch(batch, at=at)
        handed_over, withheld = handed_over + done.handed_over, withheld + done.withheld
        progress(SENT, handed_over + withheld, total)
    return Carried(handed_over, withheld, waiting().exclude(channel__in=known).count())


def _next_batch(known: list[str]) -> list[int]:
    return list(waiting().filter(channel__in=known, claimed_at=None).values_list("pk", flat=True)[:BATCH])


@atomic
def _carry_batch(batch: list[int], *, at: datetime) -> Carried:
    claimed = claim(batch, at=at)
    gifts = gift_costs()
    handed_over = withheld = 0
    for (channel, _kind), messages in _by_channel_and_kind(claimed):
        gated = ask_again(messages, at=at)
        channels()[channel].hand_over([parcel for _message, parcel in gated.parcels], at=at)
        _remember([message for message, _parcel in gated.parcels], gifts=gifts, at=at)
        withheld += _withhold(gated.refused, at=at)
        handed_over += len(gated.parcels)
    return Carried(handed_over, withheld)


def claim(batch: list[int], *, at: datetime) -> list[Claimed]:
    """Take those of the batch that no other carrier took first; within the transaction that hands them over.

    What is claimed and yet unfinished is ours: another carrier's claim is seen only once its batch is finished.
    """
    waiting().filter(pk__in=batch, claimed_at=None).update(claimed_at=at)
    mine = waiting().filter(pk__in=batch, claimed_at__isnull=False)
    columns = ("pk", "identity_id", "identity__customer_id", *Claimed._fields[3:])
    return [Claimed(*row) for row in mine.values_list(*columns)]


def ask_again(messages: list[Claimed], *, at: datetime) -> Gated:
    """Split messages of one channel and kind by what permission says now: an opt-out since then stops here."""
    channel = channels()[messages[0].channel].facts
    customers = Customer.objects.filter(pk__in={message.customer_id for message in messages})
    asked = permitted(customers, channel=channel, kind=messages[0].kind, at=at)
    answers = {pk: (reason, to) for pk, reason, to in asked.values_list("pk", "withheld", "address_")}
    gated = Gated([], defaultdict(list))
    for message in messages:
        reason, address = answers[message.customer_id]
        if reason:
            gated.refused[reason].append(message)
        else:
            gated.parcels.append((message, Parcel(message.pk, address or "", message.subject, message.body)))
    return gated


def _by_channel_and_kind(messages: list[Claimed]) -> Iterator[tuple[tuple[str, str], list[Claimed]]]:
    groups: dict[tuple[str, str], list[Claimed]] = defaultdict(list)
    for message in messages:
        groups[message.channel, message.kind].append(message)
    yield from groups.items()


def gift_costs() -> dict[str, int]:
    """What a gift costs in minor units, by offer: it is what the customer receives. A discount counts when used."""
    return dict(Offer.objects.filter(bond=Offer.Bond.CARE).values_list("code", "cost"))


def _remember(messages: list[Claimed], *, gifts: Mapping[str, int], at: datetime) -> None:
    """Mark as handed over, and append the contact to the ledger with what the customer received by it."""
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(handed_over_at=at)
    out = Interaction.Direction.OUT.value
    contacts = (
        (one.identity_id, one.source_ref, SENT, out, at, one.channel, one.body, 0.0, gifts.get(one.offer, 0))
        for one in messages
    )
    append_new(Interaction, CONTACT, contacts, at=at)


def _withhold(refused: dict[str, list[Claimed]], *, at: datetime) -> int:
    for reason, messages in refused.items():
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(withheld=reason)
        withhold([NewWithholding(one.identity_id, one.source_ref, reason) for one in messages], at=at)
    return sum(map(len, refused.values()))
