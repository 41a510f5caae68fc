"""What one customer usually buys, and whether it is there: as staff and the customer see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from dangol.lib.asked_again import asked_again
from dangol.records.catalog.models import StockCount
from dangol.records.catalog.stock import last_words
from dangol.records.ledger.models import OrderLine
from dangol.web import clock

YEAR = timedelta(days=365)
MOST = 5
LEAST = 2  # receipts of a year from which on something is usual


@dataclass(frozen=True)
class Usual:
    """One product: on how many receipts of the last year, and the last word on its stock. expected_on: where that day
    is still to come.
    """

    product: int
    name: str
    receipts: int
    quantity: Decimal | None
    expected_on: date | None
    told_on: date

    @property
    def sold_out(self) -> bool:
        return self.quantity is not None and self.quantity <= 0


def usual_goods(customer_id: int) -> list[Usual]:
    """What they bought on two receipts of the last year or more, the most often first, where its stock was told."""
    at = clock.as_of()
    bought = _bought(customer_id, at - YEAR, at)
    usual = {row["product"]: row for row in bought if row["receipts"] >= LEAST}
    if not usual:
        return []
    told = {one.product_id: one for one in last_words(list(usual)[:MOST])}
    return [
        Usual(
            key, usual[key]["product__name"], usual[key]["receipts"], one.quantity, _to_come(one.expected_on),
            timezone.localdate(one.at),
        )
        for key in usual if (one := told.get(key)) is not None
    ]  # fmt: skip


def _to_come(day: date | None) -> date | None:
    return day if day is not None and day >= clock.day() else None


@asked_again
def _bought(customer: Any, since: datetime, until: datetime) -> QuerySet[Any, Any]:
    # Where no stock was ever told, nothing more is asked.
    told = StockCount.objects.filter(product=OuterRef("product"))
    mine = OrderLine.objects.filter(
        Exists(told), transaction__identity__customer=customer, at__gt=since, at__lte=until, quantity__gt=0
    )
    counted = mine.values("product", "product__name").annotate(
        receipts=Count("transaction", distinct=True), last=Max("at")
    )
    return counted.order_by("-receipts", "-last", "product")[: 4 * MOST]
