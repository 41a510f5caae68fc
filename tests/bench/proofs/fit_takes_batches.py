"""Ten million customers are fitted and scored in batches

Ten times the customers of "A million customers are fitted and foretold", each million drawn anew, in one Parquet file.
Read in Arrow batches of 262,144: like rows are counted once over all batches, BG/NBD and Pareto/NBD are fitted to
those, then each batch is read again and each customer's purchases in the next 39 weeks and P(alive) are written to
Parquet. Seconds hold reading and writing; memory is that of the whole process, which also drew the customers, a million
at a time.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.figures import Figure
from tests.bench.homes import FOLDER
from tests.bench.proofs.fit_is_quick import simulated

MILLIONS = 10
SIZE = 262_144
NAMES = ("x", "t_x", "T")


def figures(millions: int = MILLIONS, each: int = 1_000_000) -> list[Figure]:
    """Seconds of fit and of scores of both models, and the most memory held."""
    from dangol.insight.analysis.estimators import BetaGeoNBD, ParetoNBD, together

    FOLDER.mkdir(parents=True, exist_ok=True)
    source = drawn(FOLDER / "ten-million.parquet", millions, each)
    customers, found = millions * each, []
    for estimator in (BetaGeoNBD(), ParetoNBD()):
        began = time.perf_counter()
        rows = together(batches(source))
        counted = time.perf_counter()
        model = estimator.fit(rows.x, rows.t_x, rows.T, weights=rows.weights)
        fitted = time.perf_counter()
        scored = score(model, source, FOLDER / "ten-million-scores.parquet")
        name, remark = estimator.TITLE, f"{len(rows.x):,} distinct rows"
        found += [
            Figure(f"{name}: counting like rows together", counted - began, "s", remark=remark),
            Figure(f"{name}: fit", fitted - counted, "s", remark=f"{len(model.trace_)} steps"),
            Figure(f"{name}: scores of all", time.perf_counter() - fitted, "s"),
            Figure.equal(f"{name}: customers fitted", int(model.n_customers_), customers),
            Figure.equal(f"{name}: customers scored", scored, customers),
        ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return [*found, Figure("peak memory", peak, "MB")]


def drawn(path: Path, millions: int, each: int) -> Path:
    """The customers in one file, drawn and written part by part."""
    with pq.ParquetWriter(path, pa.schema([(name, pa.float64()) for name in NAMES])) as writer:
        for seed in range(millions):
            writer.write_table(pa.table(dict(zip(NAMES, simulated(each, seed=39 + seed), strict=True))))
    return path


def batches(path: Path) -> Iterator[tuple[np.ndarray, ...]]:
    """x, t_x, T of one batch after the other, as they lie in Arrow's memory."""
    for batch in pq.ParquetFile(path).iter_batches(SIZE):
        yield tuple(batch.column(name).to_numpy() for name in NAMES)


def score(model: Any, source: Path, target: Path) -> int:
    """Write what is foretold of each customer; how many that are."""
    scored = 0
    with pq.ParquetWriter(target, pa.schema([("purchases", pa.float64()), ("alive", pa.float64())])) as writer:
        for columns in batches(source):
            told = {"purchases": model.predict(39.0, *columns), "alive": model.p_alive(*columns)}
            writer.write_batch(pa.RecordBatch.from_pydict(told))
            scored += int(np.isfinite(told["purchases"]).sum())
    return scored
