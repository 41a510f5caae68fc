"""Today for those who see their own customers alone: how many, who came, who bought, and whether entry is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from dangol.records.customers.models import Customer, CustomerQuerySet, Identity
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.staff.models import Contract, User
from dangol.records.staff.queries import contract_with
from dangol.web import clock
from dangol.web.shell.viewer import Viewer

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
SHOWN = 8


@dataclass(frozen=True)
class Bought:
    """One delivery or purchase: who, what first, when."""

    customer: Customer
    what: str
    at: datetime
    amount: int


@dataclass(frozen=True)
class Own:
    """`came` and `bought` are the latest few; `new` and `deliveries` count those of 30 and of 7 days. For who sees all
    customers they are left out: there a day's news is not a list.
    """

    customers: int
    whole: bool
    new: int
    came: list[Customer]
    deliveries: int
    bought: list[Bought]
    contract: Contract | None
    asked_for: bool


def own(viewer: Viewer, user: User, *, as_of: datetime) -> Own:
    """What is to be known of a viewer's own customers: a fixed number of queries."""
    mine, dealer, whole = viewer.customers, user.role == User.Role.DEALER, viewer.scope.whole
    came = mine.none() if whole else mine.filter(registered_at__gt=as_of - MONTH)
    sales = [] if whole else _sales(mine, since=as_of - WEEK)
    latest = list(came.order_by("-registered_at", "-pk")[:SHOWN])
    bought = [_bought(sale) for sale in _named(sales[:SHOWN])]
    viewer.saw([customer.pk for customer in latest])
    viewer.saw([one.customer.pk for one in bought])
    return Own(
        customers=mine.count(), whole=whole, new=came.count(), came=latest, deliveries=len(sales), bought=bought,
        contract=contract_with(unit=user.unit, on=clock.today()) if dealer and user.unit else None, asked_for=dealer,
    )  # fmt: skip


def _sales(mine: CustomerQuerySet, *, since: datetime) -> list[int]:
    """The sales of these customers since a moment, the latest first, without what was taken back.

    Asked for person by person along the index of their purchases: joined with the customers, all purchases of the
    business would be looked through.
    """
    people = list(Identity.objects.filter(customer__in=mine).values_list("pk", flat=True))
    sold = Transaction.objects.filter(identity__in=people, at__gt=since, amount__gt=0)
    rows = sorted(sold.values_list("at", "pk", "reverses"), key=lambda row: row[:2], reverse=True)
    taken_back = set(
        Transaction.objects.filter(reverses__in=[row[1] for row in rows]).values_list("reverses", flat=True)
    )
    return [pk for _at, pk, reverses in rows if reverses is None and pk not in taken_back]


def _named(sales: list[int]) -> list[Transaction]:
    first = OrderLine.objects.filter(transaction=OuterRef("pk")).order_by("position")
    name = Coalesce(NullIf("product__name", Value("")), "description")
    told = Transaction.objects.filter(pk__in=sales).select_related("identity__customer")
    return list(told.annotate(first=Subquery(first.values_list(name)[:1])).order_by("-at", "-pk"))


def _bought(sale: Transaction) -> Bought:
    assert sale.identity is not None  # chosen by its customer
    return Bought(sale.identity.customer, sale.first or "", sale.at, sale.amount)  # type: ignore[attr-defined]
