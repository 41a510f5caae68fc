"""Whose words are never read, taught by or shown, and what goes of somebody's words when they are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dangol.insight.analysis.models import FeedbackTone, Run, TaughtLabeller
from dangol.records.customers import duties
from dangol.records.customers.models import Customer
from dangol.records.permission.guardians import frozen
from dangol.records.permission.policy import home_pack
from dangol.records.rights.queries import objecting
from dangol.records.voices.models import Feedback

KIND = "voices"  # of runs that read feedback


def not_to_be_read(as_of: datetime) -> QuerySet[Feedback, int]:
    """Feedback of people whom no program may judge: who object to it, and children of whom nobody agreed."""
    children = Customer.objects.known().filter(frozen(home_pack(as_of).of_age_born_by(as_of)))
    whose = Q(identity__customer__in=objecting()) | Q(identity__customer__in=children.values("pk"))
    return Feedback.objects.filter(whose).values_list("pk", flat=True)


def person(customer_id: int | None, feedback_id: int) -> int:
    """One number for each person; of nobody we know, each text is of somebody of its own."""
    return customer_id if customer_id is not None else -feedback_id


@dataclass(frozen=True)
class DeletionOfTones(duties.Deletion):
    """Deletes how somebody's feedback sounds; with it what their labels taught, and the words of all readings."""

    def __call__(self, customer_id: int) -> int:
        if self.model._default_manager.filter(**{self.owner: customer_id, "corrected": True}).exists():
            TaughtLabeller.objects.all().delete()
        # Who objects has no reading any more, and may stand in words that were shown before.
        if Feedback.objects.filter(identity__customer=customer_id).exists():
            _forget_words()
        return super().__call__(customer_id)


def _forget_words() -> None:
    for run in Run.objects.filter(kind=KIND).only("summary"):
        if run.summary.get("words"):
            run.summary["words"] = {}
            run.save(update_fields=["summary"])


def delete_tones(owner: str) -> DeletionOfTones:
    """The eraser of how feedback sounds."""
    return DeletionOfTones(FeedbackTone, owner)
