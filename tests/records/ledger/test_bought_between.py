"""Since when anybody bought and who had bought before a day: told by the index, each sale is not read for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.bought_between import bought_before, bought_since
from dangol.records.ledger.models import Transaction

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime:
    return datetime(2026, 9, number, 3, tzinfo=UTC)


def identity(customer: Customer, name: str) -> Identity:
    return Identity.objects.create(customer=customer, source="till", external_id=name)


def sold(whose: Identity | None, number: int, amount: int = 5_000, **more: Any) -> Transaction:
    return Transaction.objects.create(
        identity=whose, source="till", receipt=f"{whose and whose.pk}-{number}-{amount}", at=day(number), amount=amount,
        currency="KRW", **more,
    )  # fmt: skip


@pytest.fixture
def shop() -> Customer:
    """Make somebody who first bought on the 7th, by their second card, and sales before that are nobody's purchase."""
    one = Customer.objects.create(full_name="김단골", registered_at=day(1))
    first, second = identity(one, "C1"), identity(one, "C2")
    sold(None, 1)
    sold(first, 3, -5_000)
    sold(first, 5, -7_000, reverses=sold(first, 4, 7_000))
    sold(second, 7)
    sold(first, 9)
    return one


def test_nobody_bought_before_the_first_purchase_that_stands(shop: Customer) -> None:
    assert bought_since() == day(7)
    assert not bought_before(day(7))
    assert set(bought_before(day(8))) == {(shop.pk,)}
    Transaction.objects.filter(amount=5_000).delete()
    assert bought_since() is None


def test_no_question_walks_through_all_sales(shop: Customer) -> None:
    if connection.vendor != "sqlite":  # PostgreSQL reads a table of six rows whole, however it is asked
        return
    with CaptureQueriesContext(
        connection,
    ) as asked:
        bought_since()
        list(bought_before(day(8)))
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            told = [row[3] for row in cursor.fetchall()]
        assert not [line for line in told if line.startswith("SCAN") and "customers_identity" not in line], told
