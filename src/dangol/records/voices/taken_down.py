"""What a customer said to one of us, taken down as feedback; and taken away where it was taken down by a slip."""

from __future__ import annotations

from datetime import datetime

from django.db.transaction import atomic

from dangol.records.catalog.models import Product
from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers.models import Identity
from dangol.records.voices.models import Feedback

TALK = "talk"  # the source of what staff took down of a conversation


@atomic
def take_down(
    identity: Identity,
    *,
    kind: str,
    text: str,
    ref: str,
    at: datetime,
    product: Product | None = None,
) -> Feedback:
    """Keep it as feedback of this kind, once for each `ref`, which is opaque here."""
    told = {"identity": identity, "kind": kind, "at": at, "text": text, "product": product}
    made, new = Feedback.objects.get_or_create(source=TALK, ref=ref, defaults=told)
    if new:
        record_row(made, at=at)
    return made


@atomic
def unsay(ref: str, *, at: datetime) -> int:
    """Take it away, unless something became of it since; how many went."""
    gone = list(Feedback.objects.filter(source=TALK, ref=ref, steps=None).values_list("pk", flat=True))
    Feedback.objects.filter(pk__in=gone).delete()
    for key in gone:
        record_range(Feedback, first_key=key, last_key=key, at=at)
    return len(gone)
