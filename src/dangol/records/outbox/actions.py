"""Putting messages into the outbox, each once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dangol.records.ledger.appending import append_new
from dangol.records.outbox.models import Message


class NewMessage(NamedTuple):
    """One rendered message. `key` names it for ever: a second message with the key is not put in."""

    key: str
    identity_id: int
    source_ref: str
    channel: str
    kind: str
    address: str
    subject: str
    body: str
    offer: str = ""


def enqueue(messages: Iterable[NewMessage], *, at: datetime) -> int:
    """Put the messages in, leaving those whose key is known; return how many are new."""
    columns = [*NewMessage._fields, "withheld", "enqueued_at"]
    return append_new(Message, columns, ((*message, "", at) for message in messages), at=at)
