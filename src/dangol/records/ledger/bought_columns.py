"""The columns of lists that purchases give: when somebody bought last, how often and for how much in a year."""

from datetime import timedelta

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Watched
from dangol.records.ledger.models import Transaction

OWNER = "identity__customer"
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
    )  # fmt: skip


def _last(_asked: Asked) -> Rows:
    bought = Transaction.objects.filter(amount__gt=0, identity__isnull=False).values(OWNER)
    rows: Rows = bought.annotate(last_at=Max("at"))
    return rows


def _year(asked: Asked) -> Rows:
    """What was bought and not brought back: of returns the money counts, not the times."""
    bought = Transaction.objects.filter(identity__isnull=False, at__gt=asked.at - YEAR, at__lte=asked.at)
    rows: Rows = bought.values(OWNER).annotate(
        times_in_year=Count("pk", filter=Q(amount__gt=0)), spent_in_year=Sum("amount")
    )
    return rows
