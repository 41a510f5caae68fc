"""The columns of lists that purchases give: when somebody bought last, how often, for how much and with which fees in a
year, and which points are left to them. What was taken back was never bought.
"""

from datetime import timedelta

from django.db.models import Case, Count, F, Max, Q, Sum, When
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Watched
from dangol.records.ledger.models import OrderLine, PointEntry, Transaction
from dangol.records.ledger.taken_back import stands

OWNER, LINE_OWNER = "identity__customer", "transaction__identity__customer"
YEAR = timedelta(days=365)


def register() -> None:
    """Take them into what lists can show."""
    watched: Watched = {Transaction: OWNER}
    columns.register(
        Column("last_purchase", _("Last purchase"), Kind.DAY, _last, "last_at", OWNER, falling=True, watched=watched,
               item="purchase"),
        Column("purchases_year", _("Purchases in a year"), Kind.NUMBER, _year, "times_in_year", OWNER, falling=True,
               watched=watched, version=lambda asked: asked.day, item="purchase"),
        Column("spent_year", _("Spent in a year"), Kind.MONEY, _year, "spent_in_year", OWNER, falling=True,
               watched=watched, version=lambda asked: asked.day, item="purchase"),
        # Shown and taken along alone: of a million people all their lines would have to be read.
        Column("fees_year", _("Fees in a year"), Kind.MONEY, _fees, "fees_in_year", LINE_OWNER, sorts=False,
               filters=False, watched={OrderLine: LINE_OWNER}, version=lambda asked: asked.day, item="fee"),
        Column("points_left", _("Points left"), Kind.MONEY, _points, "left", OWNER, sorts=False, filters=False,
               watched={PointEntry: OWNER}, item="points"),
    )  # fmt: skip


def _last(_asked: Asked) -> Rows:
    bought = Transaction.objects.filter(stands(), amount__gt=0, identity__isnull=False).values(OWNER)
    rows: Rows = bought.annotate(last_at=Max("at"))
    return rows


def _year(asked: Asked) -> Rows:
    """What was bought and not brought back: of returns the money counts, not the times."""
    bought = Transaction.objects.filter(stands(), identity__isnull=False, at__gt=asked.at - YEAR, at__lte=asked.at)
    rows: Rows = bought.values(OWNER).annotate(
        times_in_year=Count("pk", filter=Q(amount__gt=0)), spent_in_year=Sum("amount")
    )
    return rows


def _fees(asked: Asked) -> Rows:
    paid = OrderLine.objects.exclude(fee=0).filter(
        stands("transaction__"), transaction__identity__isnull=False, at__gt=asked.at - YEAR, at__lte=asked.at
    )
    rows: Rows = paid.values(LINE_OWNER).annotate(fees_in_year=Sum("fee"))
    return rows


def _points(_asked: Asked) -> Rows:
    """What was given and neither used nor expired."""
    signed = Case(When(kind=PointEntry.Kind.GRANTED, then=F("amount")), default=-F("amount"))
    rows: Rows = PointEntry.objects.values(OWNER).annotate(left=Sum(signed))
    return rows
