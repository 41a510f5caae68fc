"""How questions grow with the lines, on DuckDB and on a Spark cluster

1, 10 and 50 million order lines, 25 a customer, in 24 months, written as the lake's own Parquet files; asked by DuckDB
in one process (two threads, 1 GB of its own) and by a Spark cluster on this machine: a master, two workers of one core,
1 GB each, a driver. Each question once, in a process of its own for each engine: RFM of everybody; revenue by month,
category and district; everybody valued by a fit that is given; one month joined with a day that was read anew, which is
what a refresh does. Both engines must come to the same. Seconds are those of the question, after the engine has
started; memory is the most that the asking process held and, of Spark, the most that each of its workers' processes
held, added up. What a refresh takes from the records on, and its memory: `large_refreshes_keep_up`.
Other sizes: `DANGOL_BENCH_LINES=1000000,3000000 python -m tests.bench.one grows_on_both_engines`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.bench import homes, large_lake
from tests.bench.figures import Figure
from tests.bench.processes import Failed, measured

# no setting of Dangol's: how large a lake is tried
LINES = [int(lines) for lines in os.environ.get("DANGOL_BENCH_LINES", "1000000,10000000,50000000").split(",")]
ALONE = [sys.executable, "-m", "tests.bench.proofs.grows_on_both_engines"]
AS_OF = date(2026, 12, 31)
QUESTIONS = {
    "rfm": "RFM of everybody", "cube": "revenue by month, category and district", "worth": "everybody valued",
    "month": "a month joined with a day of it",
}  # fmt: skip
NEAR = 1e-9


def figures() -> Iterator[Figure]:
    """Seconds of each question by engine and size, and the memory held."""
    for lines in LINES:
        home = homes.fresh("grows")
        home.mkdir()
        measured([*ALONE, "make", str(home), str(lines)])
        told = {"DuckDB": measured([*ALONE, "duckdb", str(home), str(lines)])}
        with _cluster(home / "spark") as (url, held):
            told["Spark"] = measured([*ALONE, url, str(home), str(lines)])
            workers = held()
        _must_agree(*(run.answer["found"] for run in told.values()))
        size = f"{lines / 1e6:g} M lines"
        for name, title in QUESTIONS.items():
            duckdb, spark = (told[engine].answer["seconds"][name] for engine in ("DuckDB", "Spark"))
            yield Figure(f"{size}, DuckDB: {title}", duckdb, "s")
            yield Figure(f"{size}, Spark: {title}", spark, "s", remark=f"{spark / duckdb:.2g} × DuckDB's")
        yield Figure(f"{size}, DuckDB: peak memory", told["DuckDB"].gigabytes, "GiB")
        yield Figure(
            f"{size}, Spark: peak memory", told["Spark"].gigabytes + workers, "GiB", remark=f"workers {workers:.2f} GiB"
        )
        start = told["Spark"].answer["start"]
        remark = f"Spark started in {start:.1f} s; the files take {told['DuckDB'].answer['bytes'] / 2**20:,.0f} MiB"
        yield Figure(f"{size}, largest month", told["DuckDB"].answer["largest"], "rows", remark=remark)
        shutil.rmtree(home)


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """A cluster as one runs it for days; its address, and what tells the GiB its workers' processes held at most."""
    from tests.spark_cluster import SparkCluster

    folder.mkdir()
    with (
        SparkCluster(folder, java="-XX:+UseParallelGC") as cluster,
        patch.dict(os.environ, cluster.settings),
        _most(lambda: cluster.working) as most,  # looked at while they work: they end with the question
    ):
        yield cluster.url, most


@contextmanager
def _most(processes: Callable[[], list[int]]) -> Iterator[Callable[[], float]]:
    """The sum of the most that each of the processes ever held, looked at twice a second."""
    from threading import Event, Thread

    over, peaks = Event(), dict[int, float]()

    def look() -> None:
        while not over.wait(0.5):
            for one in processes():
                peaks[one] = max(peaks.get(one, 0.0), _held(one))

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield lambda: sum(peaks.values())
    finally:
        over.set()
        looking.join()


def _held(process: int) -> float:
    """GiB at most, as the system counts; 0 of a process that has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    peak = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak[0].split()[1]) / 2**20 if peak else 0.0


def _must_agree(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    for name, numbers in ours.items():
        if not all(isclose(one, other, rel_tol=NEAR) for one, other in zip(numbers, theirs[name], strict=True)):
            raise Failed(f"{QUESTIONS[name]}: DuckDB comes to {numbers}, Spark to {theirs[name]}.")


def _ask(engine: str, home: Path) -> dict[str, Any]:
    from dangol.insight.warehouse.queries import Lake
    from dangol.insight.warehouse.versions import current

    folder = home / "lake"
    manifest = current(folder)
    assert manifest is not None
    began = time.perf_counter()
    here = Lake(folder, manifest, engine)
    here.arrow(here.table("products").count().as_table())
    started = time.perf_counter() - began
    seconds, found = {}, {}
    for name, question in {"rfm": _rfm, "cube": _cube, "worth": _worth, "month": _month(engine, folder)}.items():
        began = time.perf_counter()
        answer = question(here)
        seconds[name] = time.perf_counter() - began
        found[name] = answer
    files = manifest.tables["lines"].files
    return {"start": started, "seconds": seconds, "found": found, "largest": max(file.rows for file in files),
            "bytes": sum(file.bytes for table in manifest.tables.values() for file in table.files)}  # fmt: skip


def _rfm(here: Any) -> list[float]:
    from dangol.insight.warehouse.rfm import SCORED, rfm

    scored = rfm(here, as_of=AS_OF).scored
    weights = pc.cast(scored["customer_key"], pa.float64())
    return [float(pc.sum(pc.multiply(scored[name], weights)).as_py()) for name in SCORED]


def _cube(here: Any) -> list[float]:
    from dangol.insight.warehouse.cube import answered, read

    rows = answered(here, read("net_revenue", "month,category,place"), scope=None).rows
    return [len(rows), *(float(row[-1]) for row in rows)]


def _worth(here: Any) -> list[float]:
    """Their summaries, and the values of each by a fit that is given."""
    from dangol.insight.analysis.estimators import BetaGeoNBD, GammaGamma
    from dangol.insight.relationship.worth import ASKED, PER_BUYER, Worth
    from dangol.insight.warehouse.purchases import purchase_summary

    rhythm = BetaGeoNBD.from_params({"r": 0.9, "alpha": 40.0, "a": 0.8, "b": 2.5})
    spend = GammaGamma.from_params({"p": 6.0, "q": 4.0, "v": 15_000.0})
    worth = Worth(rhythm, spend, {"horizon": 1080.0, "step": 30.0, "discount": 0.1, "year": 360.0}, 0.3)
    summary = purchase_summary(here, as_of=AS_OF)
    rows = pa.table({name: summary[name].cast(pa.float64()) for name in ASKED})
    values = here.shared_out(worth, rows, PER_BUYER)
    return [float(pc.sum(values[name]).as_py()) for name in PER_BUYER]


def _month(engine: str, folder: Path) -> Callable[[Any], list[float]]:
    """The last month with a thirtieth of its rows read anew, as after a day on which they were corrected."""
    from dangol.insight.warehouse.months import joined
    from dangol.insight.warehouse.months_on_cluster import join_on

    join = joined if engine == "duckdb" else join_on(engine)
    month = folder / "lines" / f"month={large_lake.MONTHS[-1]:%Y-%m}"
    old, new = month / "part-v000001.parquet", month / "part-v000002.parquet"

    def work(_here: Any) -> list[float]:
        day = pq.ParquetFile(old).read_row_group(0)
        day = day.slice(0, max(1, pq.read_metadata(old).num_rows // 30))
        pq.write_table(day.set_column(day.column_names.index("amount"), "amount", pc.add(day["amount"], 1)), new)
        touched = {"receipt_id": [(pc.min(day["receipt_id"]).as_py(), pc.max(day["receipt_id"]).as_py())]}
        written = join([old], new, "line_id", touched)
        amounts = [pq.read_table(path, columns=["amount"], partitioning=None)["amount"] for path, _rows in written]
        total = float(sum(pc.sum(one).as_py() for one in amounts))
        for path, _rows in written:
            path.unlink()
        return [float(sum(rows for _path, rows in written)), total]

    return work


def alone(what: str, home: str, lines: str) -> None:
    """One part of the proof, in a process of its own; it answers by JSON."""
    homes.opened(Path(home))
    if what == "make":
        large_lake.written(Path(home) / "lake", int(lines))
        return
    print(json.dumps(_ask(what, Path(home))))


if __name__ == "__main__":
    alone(*sys.argv[1:])
