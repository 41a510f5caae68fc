"""Who is to be told something by law: what was recorded of an answer, that a consent stands, that they are of age.

Only the queries and the record of what was told stand here. The letters are written where they leave.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import atomic

from dangol.records.changes.actions import record_row
from dangol.records.customers.models import Customer
from dangol.records.ledger.appending import append_new
from dangol.records.permission.models import BY_MERGE, Consent, Guardianship, How, Notice, Purpose
from dangol.records.permission.on_record import answers_of, question_of
from dangol.records.permission.policy import Pack
from dangol.records.staff.models import User

ABOUT_ADVERTISING = (Purpose.MARKETING, Purpose.NIGHT)


class NewNotice(NamedTuple):
    """Somebody was told something: `consent_id` is what it was about, None for coming of age."""

    customer_id: int
    consent_id: int | None
    kind: str
    how: str
    at: datetime


class Reminder(NamedTuple):
    """An answer on record and when the person was reminded of it elsewhere."""

    answer: Consent
    at: datetime


def receipts_due(pack: Pack, at: datetime) -> QuerySet[Consent]:
    """Answers about advertising of the last days of which nobody has told the person what was recorded."""
    days = timedelta(days=pack.rules.acknowledge_days)
    if not days:
        return Consent.objects.none()
    return _without_receipt().filter(answered_at__gt=at - days)


def receipts_missed(pack: Pack, at: datetime) -> QuerySet[Consent]:
    """The same whose days have passed: tell them late rather than never. What came from elsewhere was told there."""
    days = timedelta(days=pack.rules.acknowledge_days)
    if not days:
        return Consent.objects.none()
    return _without_receipt().filter(answered_at__lte=at - days).exclude(how__in=["", How.IMPORT])


def reminders_due(pack: Pack, at: datetime) -> QuerySet[Consent]:
    """Agreements to advertising that stand and are near two years old, or older, since given or last reminded of."""
    since = pack.reminders_from(at)
    if since is None:
        return Consent.objects.none()
    later = Consent.objects.filter(
        Q(channel=OuterRef("channel")) | Q(channel=""),
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk")),
        customer=OuterRef("customer"), purpose=OuterRef("purpose"), recipient="",
    )  # fmt: skip
    reminded = Notice.objects.filter(consent=OuterRef("pk"), kind=Notice.Kind.REMINDER, at__gte=since)
    standing = Consent.objects.filter(
        purpose=Purpose.MARKETING, granted=True, customer__erased_at=None, customer__merged_into=None
    )
    return standing.filter(~Exists(later), ~Exists(reminded), answered_at__lt=since).order_by("customer_id", "id")


def come_of_age(pack: Pack, at: datetime) -> QuerySet[Customer]:
    """Those for whom a guardian agreed and who are old enough now to decide alone, as long as nobody has told them."""
    agreed = Guardianship.objects.filter(customer=OuterRef("pk"), granted=True)
    told = Notice.objects.filter(customer=OuterRef("pk"), kind=Notice.Kind.OF_AGE)
    grown = Customer.objects.known().filter(birth_date__lte=pack.of_age_born_by(at))
    return grown.filter(Exists(agreed), ~Exists(told)).order_by("id")


def record_notices(rows: Iterable[NewNotice], *, at: datetime) -> int:
    """Write down what many were told; what is on record is left. Return how many are new."""
    return append_new(Notice, NewNotice._fields, rows, at=at)


@atomic
def record_reminders(reminders: Iterable[Reminder], *, at: datetime) -> int:
    """Write down that people were reminded of answers by another system; how many are new."""
    listed = list(reminders)
    if not listed:
        return 0
    known = answers_of(one.answer.customer_id for one in listed)
    rows = (
        NewNotice(mine.customer_id, known[question_of(mine)].pk, Notice.Kind.REMINDER.value, How.IMPORT.value, told)
        for mine, told in listed
    )
    return record_notices(rows, at=at)


@atomic
def tell_by_hand(consent: Consent, *, kind: str, how: str, by: User | None, at: datetime) -> Notice:
    """Write down that staff told the person themselves, at the counter or on the phone."""
    made = Notice.objects.create(customer_id=consent.customer_id, consent=consent, kind=kind, how=how[:40], at=at)
    record_row(made, at=at)
    return made


def _without_receipt() -> QuerySet[Consent]:
    told = Notice.objects.filter(consent=OuterRef("pk"), kind=Notice.Kind.RECEIPT)
    answers = Consent.objects.filter(
        purpose__in=ABOUT_ADVERTISING, customer__erased_at=None, customer__merged_into=None
    )
    # What a merge wrote, so that the strictest answer counts, nobody answered: there is nothing to confirm.
    return answers.exclude(evidence__startswith=BY_MERGE).filter(~Exists(told)).order_by("customer_id", "id")
