"""Of a Spark cluster a worker is killed in the middle of a question, then all of them, then the master."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pytest_django import Settings as DjangoSettings

from dangol.insight.analysis.estimators import BetaGeoNBD, GammaGamma
from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.relationship.worth import ASKED, PER_BUYER, Worth
from dangol.insight.warehouse import cluster as session
from dangol.insight.warehouse.cluster import IdleCluster, LostCluster
from dangol.insight.warehouse.cube import Question, answered
from dangol.insight.warehouse.queries import Lake, lake
from dangol.insight.warehouse.versions import current
from tests.insight.warehouse.small_lake import seeded, small_lake
from tests.spark_cluster import SparkCluster

pytestmark = pytest.mark.spark

CUBE = Question(("net_revenue", "orders"), ("month", "category"), totals=True)
SIMPLE = Question(("net_revenue",), ("month",))
WORTH = Worth(
    BetaGeoNBD.from_params({"r": 0.9, "alpha": 40.0, "a": 0.8, "b": 2.5}),
    GammaGamma.from_params({"p": 6.0, "q": 4.0, "v": 15_000.0}),
    {"horizon": 1080.0, "step": 30.0, "discount": 0.1, "year": 360.0},
    0.3,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a lake."""
    small_lake(tmp_path / "lake", **seeded())
    return tmp_path / "lake"


@pytest.fixture
def duckdb(folder: Path) -> Lake:
    return read(folder, "duckdb")


@pytest.fixture
def spark(folder: Path, spark_url: str) -> Lake:
    return read(folder, spark_url)


def read(folder: Path, engine: str) -> Lake:
    manifest = current(folder)
    assert manifest is not None
    return Lake(folder, manifest, engine)


def buyers(count: int) -> pa.Table:
    draw = np.random.default_rng(3)
    x, T = draw.poisson(2.0, count).astype(float), draw.integers(30, 900, count).astype(float)
    t_x = np.where(x > 0, np.ceil(T * draw.beta(2, 2, count)), 0.0)
    mean = draw.gamma(4, 2500, count) + 1
    return pa.table(dict(zip(ASKED, (x, t_x, T, x + 1, mean), strict=True)))


class Gate:
    """Holds each part of a question until it is opened; parts that came so far have left a file behind."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = str(folder)

    def holding(self) -> Callable[[], None]:
        """Return what a part passes on a worker, which knows nothing of the tests."""
        folder = self.folder

        def hold() -> None:
            import os
            import time
            from pathlib import Path

            Path(folder, str(os.getpid())).touch()
            while not Path(folder, "open").exists():
                time.sleep(0.01)

        return hold

    @contextmanager
    def shut_for(self, question: Callable[[], Any], *, parts: int = 2) -> Iterator[Any]:
        """Ask, wait until so many parts are under way; open after the block. The answer is at hand after that."""
        with ThreadPoolExecutor(1) as asking:
            told = asking.submit(question)
            try:
                while len(list(Path(self.folder).iterdir())) < parts and not told.done():
                    time.sleep(0.02)
                assert not told.done(), told.result()
                yield told
            finally:
                (Path(self.folder) / "open").touch()


def held(here: Lake, table: str, gate: Gate) -> None:
    """Let the table be read in four parts, each of which passes the gate."""
    engine: Any = here._engine
    hold, whole = gate.holding(), engine._session.table(engine._prefix + table)

    def passed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        hold()
        yield from batches

    whole.repartition(4).mapInArrow(passed, whole.schema).createOrReplaceTempView(engine._prefix + table)


def test_scores_are_those_of_one_machine(spark: Lake, duckdb: Lake) -> None:
    rows = buyers(250_001)
    ours, theirs = (one.shared_out(WORTH, rows, PER_BUYER) for one in (duckdb, spark))
    assert theirs.column_names == list(PER_BUYER)
    for name in PER_BUYER:
        np.testing.assert_allclose(theirs[name].to_numpy(), ours[name].to_numpy(), rtol=1e-12, err_msg=name)
    assert len(np.unique(ours["equity"])) > 100_000
    assert spark.shared_out(WORTH, rows.slice(0, 0), PER_BUYER).num_rows == 0


def test_a_refusal_is_said_as_on_one_machine(spark: Lake, duckdb: Lake) -> None:
    worth = WORTH

    def refusing(some: pa.Table) -> pa.Table:
        if many := np.count_nonzero(some["x"].to_numpy() > 6):
            raise BeyondNumbers(f"No finite number comes of {many}.")
        return worth(some)

    told = []
    for one in (duckdb, spark):
        with pytest.raises(BeyondNumbers, match=r"comes of \d+\.") as said:
            one.shared_out(refusing, buyers(120_000), PER_BUYER)
        told.append(str(said.value))
    assert told[0] == told[1]


def test_the_cube_is_answered_though_a_worker_is_lost(
    spark: Lake, duckdb: Lake, whole_cluster: SparkCluster, tmp_path: Path
) -> None:
    gate = Gate(tmp_path / "gate")
    held(spark, "lines", gate)
    with gate.shut_for(lambda: answered(spark, CUBE, scope=None)) as told:
        whole_cluster.lose_worker()
    assert told.result().rows == answered(duckdb, CUBE, scope=None).rows


def test_scores_come_though_a_worker_is_lost(
    spark: Lake, duckdb: Lake, whole_cluster: SparkCluster, tmp_path: Path
) -> None:
    gate, rows = Gate(tmp_path / "gate"), buyers(400_000)
    hold, worth = gate.holding(), WORTH

    def slowly(some: pa.Table) -> pa.Table:
        hold()
        return worth(some)

    with gate.shut_for(lambda: spark.shared_out(slowly, rows, PER_BUYER)) as told:
        whole_cluster.lose_worker()
    ours = duckdb.shared_out(WORTH, rows, PER_BUYER)
    for name in PER_BUYER:
        np.testing.assert_allclose(told.result()[name].to_numpy(), ours[name].to_numpy(), rtol=1e-12, err_msg=name)


def test_says_that_the_cluster_is_gone_and_serves_again_once_it_is_back(
    whole_cluster: SparkCluster, folder: Path, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DANGOL_LAKE, settings.DANGOL_ENGINE, settings.LANGUAGE_CODE = folder, whole_cluster.url, "en"

    def asked() -> list[list[Any]]:
        return answered(lake(), SIMPLE, scope=None).rows

    before = asked()
    monkeypatch.setattr(session, "WORKERS_WITHIN", 0)
    for _worker in range(2):
        whole_cluster.lose_worker()
    while lake()._engine._cluster._workers():  # type: ignore[attr-defined]  # the master hears of it in its own time
        time.sleep(0.02)
    with pytest.raises(IdleCluster, match="has no worker that is free"):
        asked()
    whole_cluster.lose_master()
    for _time in range(2):
        with pytest.raises(LostCluster, match=f"The Spark cluster at {whole_cluster.url} does not answer"):
            asked()
    monkeypatch.undo()
    settings.DANGOL_LAKE, settings.DANGOL_ENGINE = folder, whole_cluster.url
    whole_cluster.start()
    assert asked() == before
