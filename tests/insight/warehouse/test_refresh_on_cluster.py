"""Months joined by a Spark cluster hold what one machine writes, and what a rebuild does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pytest_django import Settings as DjangoSettings

from dangol.insight.warehouse import months_on_cluster
from dangol.insight.warehouse.facts import FACTS
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.reading import schema_of
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import JOINING
from dangol.records.changes.models import Change
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import Transaction
from tests.insight.warehouse.reading_back import contents, files, manifest_of
from tests.insight.warehouse.records import AT, people, sell
from tests.insight.warehouse.test_refresh import take_away

# A refresh reads what was committed: these tests commit.
pytestmark = [pytest.mark.spark, pytest.mark.django_db(transaction=True)]

JULY, AUGUST = (datetime(2026, month, 10, tzinfo=UTC) for month in (7, 8))


def test_a_refresh_on_a_cluster_ends_with_what_a_rebuild_writes(
    lake_folder: Path, spark_url: str, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DANGOL_ENGINE = spark_url
    monkeypatch.setattr(months_on_cluster, "ROWS_A_FILE", 4)
    one, other = people(2)
    sell(one, JULY, 1000, 2000, 300, 400, 500)
    mistaken = sell(other, JULY + timedelta(days=2), 700, -50)
    sell(None, AUGUST, 900)
    refresh(at=AT)
    first = files(lake_folder, "lines")
    left = lake_folder / "lines" / "month=2026-07" / f"part-v000000{JOINING}"
    (left / "_temporary").mkdir(parents=True)  # of workers whose refresh was killed

    reverse(Transaction.objects.get(pk=mistaken.pk), by=None, at=AUGUST)
    last = Change.objects.order_by("-pk").first()
    assert last is not None
    sell(other, JULY + timedelta(days=1), 10, 20, 30)
    refresh(at=AT)
    step_by_step, months = contents(lake_folder), manifest_of(lake_folder).tables["lines"].files
    assert not left.exists()
    assert len([file for file in months if file.month == "2026-07"]) > 1
    assert files(lake_folder, "lines")["2026-07"] != first["2026-07"]
    for file in months:
        told = pq.read_table(lake_folder / file.path, partitioning=None)
        assert told.schema.equals(schema_of(FACTS["lines"]))
        assert told["line_id"].to_pylist() == sorted(told["line_id"].to_pylist())
    on_spark = lake().arrow(lake().table("lines").order_by("line_id"))

    settings.DANGOL_ENGINE = "duckdb"
    assert lake().arrow(lake().table("lines").order_by("line_id")).equals(on_spark)
    refresh(at=AT, rebuild=True)
    assert contents(lake_folder) == step_by_step

    settings.DANGOL_ENGINE = spark_url
    take_away(Change.objects.filter(pk__gt=last.pk))
    refresh(at=AT)
    step_by_step = contents(lake_folder)
    assert sorted(row["amount"] for row in step_by_step["lines"])[-4:] == [700, 900, 1000, 2000]
    assert not {10, 20, 30} & {row["amount"] for row in step_by_step["lines"]}
    refresh(at=AT, rebuild=True)
    assert contents(lake_folder) == step_by_step
