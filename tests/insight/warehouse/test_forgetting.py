"""After somebody was forgotten, no file of the lake leads back to them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer, Identity
from dangol.records.rights.erasure import erase
from tests.insight.warehouse.reading_back import contents, manifest_of
from tests.insight.warehouse.records import AT, people, sell

pytestmark = [pytest.mark.store, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, lake_folder: Path) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def keys_in(folder: Path, column: str) -> set[int]:
    """The keys of every file there is, whichever version it belongs to."""
    found: set[int] = set()
    for path in folder.rglob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        if column in table.column_names:
            found |= set(table[column].to_pylist())
    return found


class TestRefresh:
    def test_leaves_no_file_that_leads_to_who_was_forgotten(self, lake_folder: Path) -> None:
        first, second = people(2)
        for number, who in enumerate((first, second)):
            sell(who, AT - timedelta(days=20), 1000 + number)
        refresh(at=AT)
        gone = Customer.objects.get(pk=first.customer_id)
        old = {"customer": gone.lake_key, "identity": first.lake_key}
        assert old["customer"] in keys_in(lake_folder, "customer_key")
        erase(gone.pk, reason="test", by=None, at=AT)
        refresh(at=AT)
        # No dimension maps the keys any more, in whichever file; the receipt stays in the sums.
        assert old["customer"] not in keys_in(lake_folder, "customer_key")
        mapped = {row["identity_key"] for row in contents(lake_folder)["identities"]}
        assert old["identity"] not in mapped
        assert not Identity.objects.filter(lake_key=old["identity"]).exists()
        assert not Customer.objects.filter(lake_key=old["customer"]).exists()
        assert len(list((lake_folder / "versions").glob("*.json"))) == 1
        assert sum(row["amount"] for row in contents(lake_folder)["lines"]) == 2001
        here = lake()
        assert here.arrow(here.of_customers("lines")).num_rows == 1

    def test_is_the_same_however_the_lake_is_read(self, lake_folder: Path) -> None:
        first, second = people(2)
        for number, who in enumerate((first, second)):
            sell(who, AT - timedelta(days=20), 1000 + number)
        erase(first.customer_id, reason="test", by=None, at=AT)
        refresh(at=AT, rebuild=True)
        here = lake()
        assert here.arrow(here.of_customers("lines"))["amount"].to_pylist() == [1001]
        assert sum(row["amount"] for row in contents(lake_folder)["lines"]) == 2001

    def test_keeps_the_version_before_where_nobody_was_forgotten(self, lake_folder: Path) -> None:
        (who,) = people(1)
        refresh(at=AT)
        sell(who, AT - timedelta(days=20), 1000)
        refresh(at=AT)
        assert len(list((lake_folder / "versions").glob("*.json"))) == 2
        assert manifest_of(lake_folder).version == "v000002"
