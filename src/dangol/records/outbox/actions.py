"""Putting messages into the outbox, each once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.transaction import atomic

from dangol.records.ledger.appending import append_new
from dangol.records.ledger.assignments import NewWithholding, withhold
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import waiting


class NewMessage(NamedTuple):
    """One rendered message. `key` names it for ever: a second message with the key is not put in.

    goods_id, topic_id: what it is about; ground, pack: why it may leave, and by which rules that was said; not_before:
    until when it waits.
    """

    key: str
    identity_id: int
    source_ref: str
    channel: str
    kind: str
    address: str
    subject: str
    body: str
    offer: str = ""
    goods_id: int | None = None
    topic_id: int | None = None
    ground: str = ""
    pack: str = ""
    not_before: datetime | None = None


def enqueue(messages: Iterable[NewMessage], *, at: datetime) -> int:
    """Put the messages in, leaving those whose key is known; return how many are new."""
    columns = [*NewMessage._fields, "withheld", "enqueued_at"]
    return append_new(Message, columns, ((*message, "", at) for message in messages), at=at)


@atomic
def withhold_waiting(customer_id: int, *, reason: str, at: datetime) -> int:
    """Keep back every message to the customer that has not left yet; how many. What has left stays as it is."""
    mine = waiting().filter(identity__customer=customer_id)
    kept = [NewWithholding(identity, ref, reason) for identity, ref in mine.values_list("identity_id", "source_ref")]
    withhold(kept, at=at)
    waiting().filter(identity__in={one.identity_id for one in kept}).update(withheld=reason)
    return len(kept)
