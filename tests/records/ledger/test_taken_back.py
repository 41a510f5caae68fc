"""Which sales stand, asked so that a store does not walk through all that are no reversals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from dangol.records.customers.models import Customer
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.ledger.taken_back import stands, takes_nothing_back

pytestmark = [pytest.mark.django_db, pytest.mark.store]
AT = datetime(2026, 9, 1, tzinfo=UTC)
ANTI_JOIN = "Anti Join"


def sold(receipt: str, amount: int, **more: Any) -> Transaction:
    sale = Transaction.objects.create(
        source="till", receipt=receipt, at=AT, channel="till", amount=amount, currency="KRW", **more
    )
    OrderLine.objects.create(transaction=sale, position=1, at=AT, description="?", quantity=1, amount=amount)
    return sale


def plan(asked: QuerySet[Any, Any]) -> list[str]:
    return asked.explain().splitlines()


class TestStands:
    def test_leaves_out_what_was_taken_back_and_what_takes_it_back(self) -> None:
        sold("stands", 5_000)
        sold("taken back:reversed", -7_000, reverses=sold("taken back", 7_000))
        sold("returned", -900)
        receipts = set(Transaction.objects.filter(stands()).values_list("receipt", flat=True))
        assert receipts == {"stands", "returned"}
        lines = OrderLine.objects.filter(stands("transaction__"))
        assert set(lines.values_list("transaction__receipt", flat=True)) == receipts
        entered = Transaction.objects.filter(takes_nothing_back()).values_list("receipt", flat=True)
        assert set(entered) == receipts | {"taken back"}

    @pytest.mark.parametrize("sums_up", [True, False], ids=["of all together", "of each customer"])
    def test_is_not_looked_for_among_all_that_take_nothing_back(self, *, sums_up: bool) -> None:
        mine = OrderLine.objects.filter(stands("transaction__"), transaction__identity__customer=OuterRef("pk"))
        by_channel = Transaction.objects.filter(stands()).values("channel").annotate(n=Count("pk"))
        told = plan(by_channel if sums_up else Customer.objects.annotate(buys=Exists(mine)).values_list("pk", "buys"))
        if connection.vendor == "postgresql":
            assert any(ANTI_JOIN in line for line in told), told
        else:
            assert not any("(reverses_id=?)" in line and "LEFT-JOIN" not in line for line in told), told
