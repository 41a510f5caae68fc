"""What was before is the same on DuckDB and on a Spark cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.versions import current
from tests.insight.warehouse.test_past import moved

pytestmark = pytest.mark.spark


def test_a_sale_stays_where_its_customer_lived(spark_url: str, tmp_path: Path) -> None:
    duckdb = moved(tmp_path)
    manifest = current(tmp_path)
    assert manifest is not None
    told = []
    for here in (duckdb, Lake(tmp_path, manifest, spark_url)):
        lines = here.as_it_was(here.of_customers("lines"), "customers", "place")
        rows = here.arrow(lines.group_by("place", "day").aggregate(amount=lines.amount.sum()).order_by("place", "day"))
        told.append(rows)
    assert told[0].num_rows == 3
    assert told[0].equals(told[1])
