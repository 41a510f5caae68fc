"""A process that reads the same records both ways, through ADBC and as texts, and answers with JSON.

`python -m tests.insight.warehouse.both_ways` tells the digests of the files; `… spoilt` which table is refused where a
row does not keep its type, among the first and after the rows by which the driver judges.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django


def odd_ones(at: datetime) -> None:
    """Rows with what is hard to carry: nothing where there may be nothing, the longest numbers, signs of CSV."""
    from dangol.records.customers.models import Customer
    from dangol.records.ledger.models import OrderLine
    from tests.insight.warehouse.records import put, sell

    put([Customer(full_name="x", place='서울 "b", c\nd', registered_at=at), Customer(full_name="y", registered_at=at)])
    receipt = sell(None, at, 2**62, -5)
    OrderLine.objects.filter(transaction=receipt, position=0).update(quantity="12345678901.125")
    OrderLine.objects.filter(transaction=receipt, position=1).update(quantity="-0.001")
    sell(None, datetime(2026, 9, 30, 14, 59, 59, 999_999, tzinfo=UTC), 1)


def _refreshed(*, few: int) -> dict[str, list[str]]:
    """What all tables hold, read anew: as texts where they have fewer rows than this, else through ADBC."""
    from django.conf import settings

    from dangol.insight.warehouse import dimension_files
    from dangol.insight.warehouse import refresh as whole
    from tests.insight.warehouse.reading_back import manifest_of
    from tests.insight.warehouse.records import AT

    whole.FEW = dimension_files.FEW = few  # type: ignore[attr-defined]
    whole.refresh(at=AT, rebuild=True)
    tables = manifest_of(Path(settings.DANGOL_LAKE)).tables
    return {name: [file.sha256 for file in table.files] for name, table in tables.items()}


def _records() -> None:
    from tests.insight.warehouse.records import AT, everything, people, sell
    from tests.stores import make_tables

    make_tables()
    everything(AT, word="비밀이름")
    odd_ones(AT)
    for who in people(3):
        sell(who, AT, 100, 200)
    # PostgreSQL hands over first what was not changed.
    from dangol.records.customers.models import Identity
    from dangol.records.ledger.models import Transaction

    for table in (Transaction, Identity):
        table.objects.filter(pk=table.objects.order_by("pk")[0].pk).update(source="another")  # type: ignore[attr-defined]


def both() -> dict[str, Any]:
    from dangol.insight.warehouse import facts, sqlite
    from dangol.insight.warehouse.facts import Column, Kind

    _records()
    # A text of what a receipt leads to, which some lead to nowhere.
    columns = (Column("receipt_id", Kind.INTEGER, "r.id"), Column("at", Kind.MOMENT, "r.at"),
               Column("source", Kind.TEXT, "i.source"))  # fmt: skip
    whose = (facts.Lead("i", "customers_identity", "r.identity_id"),)
    facts.register(facts.Fact("whose", "ledger_transaction", whose, columns, {"ledger_transaction": "r.id"}))
    through = _refreshed(few=0)
    sqlite.RANGE = 2
    return {
        "through ADBC": through, "as texts": _refreshed(few=10**9), "in many turns": _refreshed(few=0),
        "loaded": [name for name in sys.modules if name.startswith("adbc_driver")],
    }  # fmt: skip


def spoilt() -> list[str]:
    from django.db import connection

    from dangol.insight.warehouse.reading import BadRecords
    from tests.insight.warehouse.records import AT, sell

    _records()
    refused = []
    for number in (1, 70_000):
        sell(None, AT, *[number] * number)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_orderline SET amount = 'six' WHERE id = (SELECT max(id) FROM ledger_orderline)"
            )
        try:
            _refreshed(few=0)
        except BadRecords as error:
            refused.append(str(error))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_orderline SET amount = 6 WHERE amount = 'six'")
    return refused


if __name__ == "__main__":
    django.setup()
    print(json.dumps(spoilt() if "spoilt" in sys.argv else both()))
