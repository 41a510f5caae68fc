"""Reading what came in."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, QuerySet

from dangol.contact.intake import standing
from dangol.contact.intake.models import Batch, Reject
from dangol.records.ledger.models import Interaction, Loan, Transaction
from dangol.records.ledger.taken_back import takes_nothing_back


def batch(number: int) -> Batch:
    """A batch with its progress as it stands this moment. Raises Batch.DoesNotExist."""
    return standing.seen(Batch.objects.get(pk=number))


def files() -> QuerySet[Batch]:
    """The imports of files, the latest first; each with whether it was undone."""
    told = Batch.objects.exclude(file_name="")
    return told.select_related("partner_set", "profile", "undoing", "undoing__by", "by").order_by("-started_at", "-pk")


def rejects(batch: Batch) -> QuerySet[Reject]:
    """The refused rows of a batch that can be mended, in the order of the file."""
    return batch.rejects.to_mend().order_by("row")


def still_to_mend() -> int:
    """How many rows of files were left out and wait to be mended; what was undone waits no more."""
    return Reject.objects.to_mend().filter(batch__undoing=None, batch__problem="").count()


def last_transaction_time(*, until: datetime) -> datetime | None:
    """When the last purchase up to a moment took place; none in an empty store.

    `until` is now: a mistyped year must not carry the home's clock into the future.
    """
    past = Transaction.objects.filter(takes_nothing_back(), at__lte=until)
    last: datetime | None = past.aggregate(last=Max("at"))["last"]
    return last


def last_loan_time(*, until: datetime) -> datetime | None:
    """When something was last lent up to a moment; none where nothing is lent."""
    last: datetime | None = Loan.objects.filter(at__lte=until).aggregate(last=Max("at"))["last"]
    return last


def last_contact_time(*, kinds: Collection[str], until: datetime) -> datetime | None:
    """When somebody last turned to us in one of these ways, up to a moment; none where nobody did."""
    came = Interaction.objects.filter(direction=Interaction.Direction.IN, kind__in=kinds, at__lte=until)
    last: datetime | None = came.aggregate(last=Max("at"))["last"]
    return last
