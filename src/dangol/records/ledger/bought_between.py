"""What each customer bought between two moments, who had bought before one, and since when anybody bought."""

from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum

from dangol.records.customers.models import Identity
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


def bought_before(at: datetime) -> QuerySet[Identity, tuple[int]]:
    """(customer) of everybody who had bought before the moment, once for each of their identities."""
    rows: QuerySet[Identity, tuple[int]] = (
        Identity.objects.filter(Exists(_purchases().filter(at__lt=at))).order_by().values_list("customer")
    )
    return rows


def bought_since() -> datetime | None:
    """The first purchase of a customer on record: of what was before nobody knows. None where nobody bought yet."""
    each = Subquery(_purchases().order_by("at").values("at")[:1])
    first: datetime | None = Identity.objects.aggregate(first=Min(each))["first"]
    return first


def _purchases() -> QuerySet[Transaction]:
    """Of one identity: the index of identity and time leads to the first, where a scan would read every sale."""
    return Transaction.objects.filter(stands(), identity=OuterRef("pk"), amount__gt=0)
