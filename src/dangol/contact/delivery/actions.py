"""Carrying messages out of the house: claim, ask again, hand over, remember."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from dangol.contact.delivery import notices
from dangol.contact.delivery.parcel import Parcel
from dangol.contact.delivery.queries import channels
from dangol.lib.progress import Progress, silent
from dangol.records.catalog.models import Offer
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import without_secrets
from dangol.records.ledger.appending import append_new
from dangol.records.ledger.assignments import NewWithholding, withhold
from dangol.records.ledger.models import Interaction
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import waiting
from dangol.records.permission.asking import ADVERTISING, About
from dangol.records.permission.gates import SENT
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.permission.queries import permitted

BATCH = 1000
INFORMED = "informed"  # what the ledger calls a message that left and was no advertising
CONTACT = ("identity_id", "source_ref", "kind", "direction", "at", "touchpoint", "text", "minutes", "worth")

type Clock = Callable[[], datetime]


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
    goods_id: int | None
    topic_id: int | None


class Carried(NamedTuple):
    """`stranded` messages wait for a channel that is not installed, `waiting` ones for the morning."""

    handed_over: int
    withheld: int
    stranded: int = 0
    waiting: int = 0


class Gated(NamedTuple):
    """What the gate let through, each with its ground and the address valid now; the refused messages by reason; those
    that may leave, but only in the morning."""

    parcels: list[tuple[Claimed, str, Parcel]]
    refused: dict[str, list[Claimed]]
    until_morning: list[Claimed]


def carry(*, at: datetime | Clock, progress: Progress = silent) -> Carried:
    """Hand over every waiting message that may be sent now; withhold with their reason those that may not be at all.

    What may leave only in the morning stays in the outbox. `at` may be a clock: then each batch asks by its own time,
    and one begun before the night stops at it.

    A batch is claimed, asked for again, handed over and recorded in one database transaction. A carrier killed at any
    point therefore leaves a batch either untouched, claim included, for the next call, or done. A second carrier waits
    for the first one's claim and then finds nothing left of that batch.
    """
    known, now = list(channels()), at if callable(at) else lambda: at
    total = _ripe(known, at=now()).count()
    handed_over = withheld = later = 0
    while batch := _next_batch(known, at=(moment := now())):
        done = _carry_batch(batch, at=moment)
        handed_over, withheld = handed_over + done.handed_over, withheld + done.withheld
        later += done.waiting
        progress(SENT, handed_over + withheld + later, total)
    return Carried(handed_over, withheld, waiting().exclude(channel__in=known).count(), later)


def _ripe(known: list[str], *, at: datetime) -> QuerySet[Message]:
    """Messages of these channels that need not wait for a later moment."""
    return waiting().filter(Q(not_before=None) | Q(not_before__lte=at), channel__in=known)


def _next_batch(known: list[str], *, at: datetime) -> list[int]:
    return list(_ripe(known, at=at).filter(claimed_at=None).values_list("pk", flat=True)[:BATCH])


@atomic
def _carry_batch(batch: list[int], *, at: datetime) -> Carried:
    claimed, again = _one_advertisement_each(claim(batch, at=at))
    gifts, pack = gift_costs(), home_pack(at)
    handed_over = withheld = 0
    later: list[Claimed] = []
    for messages in _alike(claimed):
        gated = ask_again(messages, at=at, pack=pack)
        channels()[messages[0].channel].hand_over([parcel for _message, _ground, parcel in gated.parcels], at=at)
        _remember(gated.parcels, gifts=gifts, at=at, pack=pack)
        withheld += _withhold(gated.refused, at=at, pack=pack)
        handed_over += len(gated.parcels)
        later += gated.until_morning
    _let_go(again, not_before=None)
    _let_go(later, not_before=pack.morning_after(at))
    return Carried(handed_over, withheld, waiting=len(later))


def claim(batch: list[int], *, at: datetime) -> list[Claimed]:
    """Take those of the batch that no other carrier took first; within the transaction that hands them over.

    What is claimed and yet unfinished is ours: another carrier's claim is seen only once its batch is finished.
    """
    waiting().filter(pk__in=batch, claimed_at=None).update(claimed_at=at)
    mine = waiting().filter(pk__in=batch, claimed_at__isnull=False)
    columns = ("pk", "identity_id", "identity__customer_id", *Claimed._fields[3:])
    return [Claimed(*row) for row in mine.values_list(*columns)]


def ask_again(messages: list[Claimed], *, at: datetime, pack: Pack) -> Gated:
    """Split messages that are alike by what permission says now: an opt-out since then stops here."""
    first = messages[0]
    customers = Customer.objects.filter(pk__in={message.customer_id for message in messages})
    asked = permitted(
        customers, channel=channels()[first.channel].facts, kind=first.kind, at=at, pack=pack,
        about=About(first.goods_id, first.topic_id),
    )  # fmt: skip
    rows = asked.values_list("pk", "withheld", "address_", "ground_", "waits_")
    answers = {pk: (reason, to, ground, waits) for pk, reason, to, ground, waits in rows}
    gated = Gated([], defaultdict(list), [])
    for message in messages:
        reason, address, ground, waits = answers[message.customer_id]
        if reason:
            gated.refused[reason].append(message)
        elif waits:
            gated.until_morning.append(message)
        else:
            gated.parcels.append((message, ground, Parcel(message.pk, address or "", message.subject, message.body)))
    return gated


def _one_advertisement_each(messages: list[Claimed]) -> tuple[list[Claimed], list[Claimed]]:
    """A person's first advertisement of the batch and whatever is none; the others come again in a later batch, which
    knows of this one: caps count what has left."""
    taken: set[int] = set()
    now: list[Claimed] = []
    again: list[Claimed] = []
    for message in sorted(messages):
        first = message.kind != ADVERTISING or message.customer_id not in taken
        (now if first else again).append(message)
        if message.kind == ADVERTISING:
            taken.add(message.customer_id)
    return now, again


def _alike(messages: list[Claimed]) -> Iterator[list[Claimed]]:
    """Messages of one channel and kind, about the same: one question each."""
    groups: dict[tuple[object, ...], list[Claimed]] = defaultdict(list)
    for one in messages:
        groups[one.channel, one.kind, one.goods_id, one.topic_id].append(one)
    yield from groups.values()


def gift_costs() -> dict[str, int]:
    """What a gift costs in minor units, by offer: it is what the customer receives. A discount counts when used."""
    return dict(Offer.objects.filter(bond=Offer.Bond.CARE).values_list("code", "cost"))


def _let_go(messages: list[Claimed], *, not_before: datetime | None) -> None:
    """Put messages back as they were before they were claimed."""
    if messages:
        mine = Message.objects.filter(pk__in=[message.pk for message in messages])
        mine.update(claimed_at=None, not_before=not_before)


def _remember(
    parcels: list[tuple[Claimed, str, Parcel]], *, gifts: Mapping[str, int], at: datetime, pack: Pack
) -> None:
    """Mark as handed over, and append the contact to the ledger with what the customer received by it."""
    for ground in sorted({ground for _message, ground, _parcel in parcels}):
        mine = [message.pk for message, why, _parcel in parcels if why == ground]
        Message.objects.filter(pk__in=mine).update(handed_over_at=at, ground=ground, pack=pack.ref)
    out = Interaction.Direction.OUT.value
    messages = [message for message, _ground, _parcel in parcels]
    contacts = (
        (
            one.identity_id, one.source_ref, SENT if one.kind == ADVERTISING else INFORMED, out, at, one.channel,
            without_secrets(one.body), 0.0, gifts.get(one.offer, 0),
        )
        for one in messages
    )  # fmt: skip
    append_new(Interaction, CONTACT, contacts, at=at)
    notices.record_told(((one.customer_id, one.source_ref, one.channel) for one in messages), at=at)


def _withhold(refused: dict[str, list[Claimed]], *, at: datetime, pack: Pack) -> int:
    for reason, messages in refused.items():
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(withheld=reason, pack=pack.ref)
        withhold([NewWithholding(one.identity_id, one.source_ref, reason, pack.ref) for one in messages], at=at)
    return sum(map(len, refused.values()))
