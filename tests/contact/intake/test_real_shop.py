"""A real shop's export (UCI Online Retail): returns, lines without a customer, stray codes, the same line twice."""

import csv
import gzip
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from dangol.contact.intake import actions
from dangol.records.ledger.models import OrderLine, Transaction

LINES = 6_000
MAPPING = {"customer": "CustomerID", "time": "InvoiceDate", "receipt": "InvoiceNo", "product": "StockCode"}

pytestmark = pytest.mark.django_db


class TestRealShop:
    def test_loses_no_line_and_no_penny(self, tmp_path: Path, settings: Any, real_data: Path) -> None:
        settings.DANGOL = replace(settings.DANGOL, currency="GBP")
        with gzip.open(
            real_data / "uci_online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8", newline=""
        ) as file:
            head, *rows = islice(csv.reader(file), LINES + 1)
        path = tmp_path / "online_retail.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([head, *rows])
        batch = actions.import_file(
            path, mapping=MAPPING, currency="GBP", by=None, at=datetime(2011, 12, 10, tzinfo=UTC)
        )
        told = [dict(zip(head, row, strict=True)) for row in rows]
        pence = [
            (Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100).quantize(Decimal(1), "ROUND_HALF_UP")
            for row in told
        ]
        assert (batch.rows, batch.accepted, batch.rejected) == (LINES, LINES, 0)
        assert batch.amount_total == sum(pence) == sum(OrderLine.objects.values_list("amount", flat=True))
        nameless = {row["InvoiceNo"] for row in told if not row["CustomerID"]}
        assert Transaction.objects.filter(identity=None).count() == len(nameless)
