"""What is still to leave, and what has left."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from dangol.records.outbox.models import Message


class Sent(NamedTuple):
    """One message handed over: to which of a source's ids, for what, when (UTC)."""

    external_id: str
    source_ref: str
    offer: str
    sent_at: datetime


def waiting() -> QuerySet[Message]:
    """Messages neither handed over nor withheld, the oldest first."""
    return Message.objects.filter(handed_over_at=None, withheld="").order_by("id")


def handed_over() -> QuerySet[Message]:
    """Messages that left the house."""
    return Message.objects.filter(handed_over_at__isnull=False)


def sent_to(source: str) -> list[Sent]:
    """Everything handed over to the ids of one source, in the order of leaving."""
    columns = handed_over().filter(identity__source=source).order_by("handed_over_at", "id")
    rows = columns.values_list("identity__external_id", "source_ref", "offer", "handed_over_at")
    return [Sent(external_id, ref, offer, at) for external_id, ref, offer, at in rows if at is not None]
