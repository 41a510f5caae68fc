"""What each customer bought between two moments, who had bought before one, and since when anybody bought."""

from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet, Sum

from dangol.records.ledger.models import Transaction
from dangol.records.ledger.taken_back import stands

OWNER = "identity__customer"


def bought_between(since: datetime, until: datetime) -> QuerySet[Transaction, tuple[int, int, int]]:
    """(customer, money received less what was brought back, purchases) at or after `since` and before `until`.

    Whoever bought nothing has no row.
    """
    sales = Transaction.objects.filter(stands(), identity__customer__isnull=False, at__gte=since, at__lt=until)
    told = sales.values(OWNER).annotate(spent=Sum("amount"), times=Count("pk", filter=Q(amount__gt=0)))
    rows: QuerySet[Transaction, tuple[int, int, int]] = told.order_by().values_list(OWNER, "spent", "times")
    return rows


def bought_before(at: datetime) -> QuerySet[Transaction, tuple[int]]:
    """(customer) of everybody who had bought before the moment."""
    sales = Transaction.objects.filter(stands(), identity__customer__isnull=False, amount__gt=0)
    firsts = sales.values(OWNER).annotate(first=Min("at")).filter(first__lt=at)
    rows: QuerySet[Transaction, tuple[int]] = firsts.order_by().values_list(OWNER)
    return rows


def bought_since() -> datetime | None:
    """The first purchase of a customer on record: of what was before nobody knows. None where nobody bought yet."""
    sales = Transaction.objects.filter(stands(), identity__customer__isnull=False, amount__gt=0)
    first: datetime | None = sales.aggregate(first=Min("at"))["first"]
    return first
