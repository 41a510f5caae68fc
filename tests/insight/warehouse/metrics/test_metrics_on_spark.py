"""Every metric by every dimension that fits it is the same on DuckDB and on a Spark cluster over the same files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.metrics import METRICS, value
from dangol.insight.warehouse.metrics.asking import measured, rows_of
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.versions import current
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.metrics.all_at_once import by_everything, people_of, together, together_over_all_time
from tests.insight.warehouse.metrics.world import made, written

pytestmark = pytest.mark.spark

GROUPS = {f"{group[0].fact}, {group[0].name}": group for group in together_over_all_time()}
DEALER = Scope(frozenset({1}), frozenset({"D1"}))
PERIOD = {"since": date(2024, 9, 5), "until": date(2026, 8, 10)}


@pytest.fixture(scope="module")
def lakes(spark_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Lake]]:
    """Return the same version read by DuckDB and by Spark."""
    folder: Path = tmp_path_factory.mktemp("metrics on both")
    duckdb = written(folder, made())
    manifest = current(folder)
    assert manifest is not None
    spark = Lake(folder, manifest, spark_url)
    with _made_for_little():
        yield duckdb, spark


# A few hundred rows are counted sooner than they are shared out, or than code is written and compiled to count them.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


@contextmanager
def _made_for_little() -> Iterator[None]:
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    before = {name: session.conf.get(name) for name in SMALL}
    for name, here in SMALL.items():
        session.conf.set(name, here)
    yield
    for name, there in before.items():
        session.conf.set(name, str(there))


@pytest.fixture(scope="module")
def people(lakes: tuple[Lake, Lake]) -> Iterator[tuple[Any, Any]]:
    """Return every dimension of customers, worked out on each engine."""
    with people_of(lakes[0]) as one, people_of(lakes[1]) as other:
        yield one, other


def plain(found: Any) -> Any:
    """Leave the last digits of floats to the engines."""
    if isinstance(found, dict):
        return {name: plain(cell) for name, cell in found.items()}
    return pytest.approx(found, rel=1e-12) if isinstance(found, float) else found


@pytest.mark.parametrize("group", GROUPS)
def test_every_metric_by_every_dimension(lakes: tuple[Lake, Lake], people: tuple[Any, Any], group: str) -> None:
    duckdb, spark = (by_everything(lake, GROUPS[group], known) for lake, known in zip(lakes, people, strict=True))
    assert spark == plain(duckdb)
    assert duckdb


def test_what_a_dealer_sees_of_a_period(lakes: tuple[Lake, Lake]) -> None:
    """All metrics in one row."""
    duckdb, spark = (_in_one_row(lake.seen_by(DEALER)) for lake in lakes)
    assert spark == plain(duckdb)
    assert duckdb.keys() == METRICS.keys()


def test_a_sale_split_by_what_its_customer_is(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (value(lake, "net_revenue", by="cohort", **PERIOD) for lake in lakes)
    assert spark.equals(duckdb)


def _in_one_row(lake: Lake) -> dict[str, Any]:
    parts = [measured(rows_of(lake, group[0], **PERIOD), group) for group in together()]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.cross_join(part)
    (row,) = lake.arrow(whole).to_pylist()
    return dict(row)
