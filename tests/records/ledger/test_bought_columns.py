"""What lists tell of purchases: those that stand."""

from __future__ import annotations

import pytest

from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import OrderLine, Transaction
from tests.web.business import NOW, business

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def told(name: str) -> dict[int, object]:
    """What the column says of each customer of whom it says something."""
    column = COLUMNS[name]
    return dict(column.rows(Asked(at=NOW)).values_list(column.owner, column.value))


def test_a_sale_that_was_taken_back_was_never_bought() -> None:
    person, other = business(2)
    OrderLine.objects.update(fee=500)
    last = Transaction.objects.get(identity__customer=person, at__gt=NOW.replace(day=10))
    reverse(last, by=None, at=NOW)
    day = told("last_purchase")
    assert day[person.pk] < day[other.pk] == last.at
    assert told("purchases_year") == {person.pk: 1, other.pk: 2}
    assert told("spent_year") == {person.pk: 13_400, other.pk: 26_800}
    assert told("fees_year") == {person.pk: 1_000, other.pk: 2_000}
