"""Whatever happens in whatever order: a lake refreshed step by step holds what one read anew each time holds."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.facts import FACTS
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import LakeFile
from dangol.records.catalog.models import Category, Product
from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.rights.erasure import erase
from tests.insight.warehouse.reading_back import contents, manifest_of
from tests.insight.warehouse.records import AT, people, put, sell

START = datetime(2026, 5, 20, tzinfo=UTC)
PEOPLE = 4
PLACES = ("강남구", "부산 해운대구", "")


class Business:
    """A small business to which things happen; what cannot happen now does not."""

    def __init__(self) -> None:
        self.who: list[Identity | None] = [*people(PEOPLE), None]
        put([Category(name=name, path=name) for name in ("우유", "음료")])
        put([Product(code="p1", name="p", category=Category.objects.first())])
        self.merged: list[Any] = []

    def sold(self, which: int, hours: int) -> None:
        """A sale of any day, also of long ago."""
        product = Product.objects.get() if hours % 2 else None
        sell(self.who[which % (PEOPLE + 1)], START + timedelta(hours=hours), 100 + hours, -which, product=product)

    def reversed(self, which: int, hours: int) -> None:
        receipts = Transaction.objects.filter(reverses=None, reversed_by=None).order_by("pk")
        if receipts:
            reverse(receipts[which % len(receipts)], by=None, at=START + timedelta(hours=hours))

    def taken_away(self, which: int, _hours: int) -> None:
        """An import is undone: its rows are gone, and the feed says so."""
        receipts = Transaction.objects.filter(reverses=None, reversed_by=None).order_by("pk")
        if receipts:
            gone = receipts[which % len(receipts)]
            keys = sorted(gone.lines.values_list("pk", flat=True))
            record_range(OrderLine, first_key=keys[0], last_key=keys[-1], at=AT)
            record_range(Transaction, first_key=gone.pk, last_key=gone.pk, at=AT)
            gone.lines.all().delete()
            gone.delete()

    def moved(self, which: int, hours: int) -> None:
        one = self._anybody(which)
        if one is not None:
            Customer.objects.filter(pk=one.pk).update(place=PLACES[hours % 3])
            record_row(one, at=AT)

    def placed(self, which: int, _hours: int) -> None:
        product = Product.objects.get()
        product.category = Category.objects.order_by("pk")[which % 2]
        product.save()
        record_row(product, at=AT)

    def joined(self, which: int, hours: int) -> None:
        one, other = self._anybody(which), self._anybody(hours)
        if one is not None and other is not None and one != other:
            self.merged.append(merge(one, [other], by=None, at=AT))

    def parted(self, _which: int, _hours: int) -> None:
        if self.merged:
            unmerge(self.merged.pop(), by=None, at=AT)

    def forgotten(self, which: int, _hours: int) -> None:
        one = self._anybody(which)
        if one is not None and not self.merged:
            erase(one.pk, reason="test", by=None, at=AT)

    def _anybody(self, which: int) -> Customer | None:
        there = Customer.objects.known().order_by("pk")
        return there[which % len(there)] if there else None


type Batch = tuple[list[tuple[str, int, int]], int]

KINDS: dict[str, Callable[[Business, int, int], None]] = {
    name: getattr(Business, name)
    for name in ("sold", "sold", "reversed", "taken_away", "moved", "placed", "joined", "parted", "forgotten")
}
EVENT = st.tuples(st.sampled_from(list(KINDS)), st.integers(0, 20), st.integers(0, 120 * 24))
BATCH = st.tuples(st.lists(EVENT, max_size=5), st.integers(0, 40))  # what happens, and days until the next refresh


@pytest.mark.django_db
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(batches=st.lists(BATCH, min_size=2, max_size=4))
@example(batches=[([("sold", 0, 0)], 0)] * 2)  # two files of one month
def test_refreshed_step_by_step_equals_read_anew(lake_folder: Path, batches: list[Batch]) -> None:
    before = transaction.savepoint_create()  # no block of its own: to forget somebody takes the outermost
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with override_settings(DANGOL_HOME=home, DANGOL_KEYS=home / "keys.json"):
                compared(home, batches)
    finally:
        transaction.savepoint_rollback(before)


def compared(folder: Path, batches: list[Batch]) -> None:
    """Let things happen, and both lakes follow."""
    steps, anew = folder / "step by step", folder / "anew"
    business, today = Business(), AT
    for events, days in batches:
        for name, which, hours in events:
            KINDS[name](business, which, hours)
        today += timedelta(days=days)
        followed(steps, today)
        followed(anew, today, rebuild=True)
        assert what_it_holds(steps) == what_it_holds(anew)
    followed(folder / "at once", today)
    assert without_past(folder / "at once") == without_past(steps)


def followed(lake: Path, at: datetime, *, rebuild: bool = False) -> None:
    """Bring the lake in this folder up to the records."""
    with override_settings(DANGOL_LAKE=lake):
        refresh(at=at, rebuild=rebuild)


def what_it_holds(lake: Path) -> dict[str, dict[str, Any]]:
    """Of a fact the rows of each month, whatever files they are in; of all others the bytes of the file."""
    tables = manifest_of(lake).tables
    known = leading(lake)
    return {
        name: by_month(lake, table.files, known) if name in FACTS else {file.month: file.sha256 for file in table.files}
        for name, table in tables.items()
    }


def by_month(lake: Path, files: Sequence[LakeFile], known: set[int]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for file in files:
        found.setdefault(file.month, Counter()).update(map(str, rows_in(lake / file.path, known)))
    return found


def rows_in(path: Path, known: set[int]) -> list[dict[str, Any]]:
    """The rows of a fact, as `leads` tells them."""
    return [leads(row, known) for row in pq.read_table(path, partitioning=None).to_pylist()]


def leads(row: dict[str, Any], known: set[int]) -> dict[str, Any]:
    """A key that leads to nobody is none: who is forgotten gets another, which rows read before do not have."""
    return row | {"identity_key": row["identity_key"] if row.get("identity_key") in known else None}


def leading(lake: Path) -> set[int]:
    """The keys of identities that lead to a customer."""
    return {row["identity_key"] for row in contents(lake)["identities"] if row["customer_key"] is not None}


def without_past(lake: Path) -> dict[str, Any]:
    """Every row but those of the past."""
    known = leading(lake)
    return {
        name: sorted(str(leads(row, known)) for row in rows) if name in FACTS else rows
        for name, rows in contents(lake).items()
        if not name.endswith("_past")
    }
