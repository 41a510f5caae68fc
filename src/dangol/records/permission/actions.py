"""Answers and refusals, each a new row; unsent messages stop at the gate."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.db.transaction import atomic

from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers.models import Customer
from dangol.records.ledger.appending import append_new
from dangol.records.permission.models import Consent, Suppression
from dangol.records.staff.models import User


def give_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: str,
    by: User | None,
    at: datetime,
    evidence: str = "",
    text_version: str = "",
) -> Consent:
    """Record that the customer agrees to a purpose on a channel ("" = all channels).

    by: who of the staff recorded it, None for the customer; evidence: where the answer can be seen again.
    """
    return _answer(Consent(
        customer=customer, purpose=purpose, channel=channel, granted=True, answered_at=at,
        evidence=evidence, text_version=text_version, recorded_by=by,
    ), at=at)  # fmt: skip


def withdraw_consent(
    customer: Customer, *, purpose: str, channel: str, by: User | None, at: datetime, evidence: str = ""
) -> Consent:
    """Record that the customer no longer agrees; unsent messages stop at the gate."""
    return _answer(Consent(
        customer=customer, purpose=purpose, channel=channel, granted=False, answered_at=at,
        evidence=evidence, recorded_by=by,
    ), at=at)  # fmt: skip


def record_answers(answers: Iterable[Consent], *, at: datetime) -> int:
    """Append many answers taken elsewhere, unsaved rows; those already on record are left. Return how many are new."""
    columns = [field.attname for field in Consent._meta.concrete_fields if not field.primary_key]
    return append_new(Consent, columns, ([getattr(one, name) for name in columns] for one in answers), at=at)


@atomic
def suppress(
    customer: Customer, *, reason: str, by: User | None, at: datetime, channel: str = "", until: datetime | None = None
) -> Suppression:
    """Put the customer on the do-not-contact list of a channel ("" = all), over any consent; one row stands."""
    standing = customer.suppressions.filter(channel=channel, since__lte=at, until=None).first()
    if standing is not None:
        return standing
    row = Suppression.objects.create(
        customer=customer, channel=channel, reason=reason, since=at, until=until, recorded_by=by
    )
    record_row(row, at=at)
    return row


@atomic
def lift_suppression(customer: Customer, *, by: User | None, at: datetime, channel: str = "") -> int:
    """End what stands on the list for this channel and record who did; consents count again. Return rows ended."""
    standing = customer.suppressions.filter(Q(until=None) | Q(until__gt=at), channel=channel, since__lte=at)
    keys = sorted(standing.values_list("pk", flat=True))
    if keys:
        record_range(Suppression, first_key=keys[0], last_key=keys[-1], at=at)
    return standing.update(until=at, recorded_by=by)


@atomic
def _answer(answer: Consent, *, at: datetime) -> Consent:
    """Save the answer after all earlier ones: on a clock that stands still, a microsecond keeps their order."""
    # Of whatever channel: an answer about all channels must outrank an earlier one about a single one.
    earlier = Consent.objects.filter(customer=answer.customer, purpose=answer.purpose)
    latest = earlier.aggregate(at=Max("answered_at"))["at"]
    if latest is not None and latest >= answer.answered_at:
        answer.answered_at = latest + timedelta(microseconds=1)
    answer.save(force_insert=True)
    record_row(answer, at=at)
    return answer
