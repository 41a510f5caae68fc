"""Feedback in the store, of somebody or of nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dangol.records.customers.models import Customer, Identity
from dangol.records.voices.models import Feedback

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
WORST, BEST = "정말 최악이에요. 다시는 안 갑니다", "정말 최고예요! 또 올게요"


def somebody(name: str = "김단골", **more: object) -> Identity:
    """A customer with a number of theirs."""
    person = Customer.objects.create(full_name=name, registered_at=AT, **more)
    return Identity.objects.create(customer=person, source="own", external_id=f"C{person.pk}")


def feedback(
    text: str, *, kind: str = "review", days: int = 0, who: Identity | None = None, **more: object
) -> Feedback:
    """One piece of feedback, told so many days before."""
    ref = f"F{Feedback.objects.count()}"
    at = AT - timedelta(days=days)
    return Feedback.objects.create(identity=who, source="own", ref=ref, kind=kind, at=at, text=text, **more)
