"""The cube keeps up with SQL written by hand

50,000,000 order lines of 2,000,000 customers in 24 months, three hundred products in twenty categories, fifty
districts, written as the lake's own Parquet files. Questions asked of the cube (`answered`: looked up, grouped by the
engine, every total worked out, brought into order) against SQL written by hand for DuckDB over the same files, two
threads and 1 GB each. Turn by turn in one process after one turn to warm, median of three; both must come to the same
rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from tests.bench import homes, large_lake
from tests.bench.figures import Figure
from tests.bench.processes import Failed, measured

LINES = 50_000_000
RUNS = 3
BOUND, AT_ONCE = 1.5, 1.0
ALONE = [sys.executable, "-m", "tests.bench.proofs.cube_keeps_up_with_sql"]
SOLD = "(SELECT * FROM lines WHERE mistaken = 0)"
MONTH = "CAST(date_trunc('month', day) AS DATE)"
PERSON = "LEFT JOIN identities USING (identity_key) LEFT JOIN customers USING (customer_key)"
GOODS = "LEFT JOIN products USING (product_id)"
PLACE = "coalesce(place, '') AS p"
CUBE = f"SELECT {MONTH} AS m, coalesce(category, '') AS c, {PLACE}, sum(amount) FROM {SOLD} {GOODS} {PERSON}"

# name: metrics, dimensions, first day, totals, and the same by hand
QUESTIONS: dict[str, tuple[str, str, date | None, bool, str]] = {
    "revenue by month": (
        "net_revenue", "month", None, False, f"SELECT {MONTH} AS m, sum(amount) FROM {SOLD} GROUP BY ALL"
    ),
    "revenue and orders of three months by channel": (
        "net_revenue,orders", "month,channel", date(2026, 10, 1), False,
        f"SELECT {MONTH} AS m, channel, sum(amount), count(DISTINCT receipt_id) FILTER (amount >= 0) FROM {SOLD}"
        " WHERE day >= DATE '2026-10-01' GROUP BY ALL",
    ),
    "revenue by month, category and district": (
        "net_revenue", "month,category,place", None, False, f"{CUBE} GROUP BY ALL"
    ),
    "the same with every total": ("net_revenue", "month,category,place", None, True, f"{CUBE} GROUP BY CUBE (m, c, p)"),
    "customers who bought, by district": (
        "buyers", "place", None, False,
        f"SELECT {PLACE}, count(DISTINCT customer_key) FILTER (amount > 0) FROM {SOLD} {PERSON} GROUP BY ALL",
    ),
}  # fmt: skip
COMMON = ("revenue by month", "revenue and orders of three months by channel")


def figures(lines: int = LINES) -> Iterator[Figure]:
    """Seconds of both, their ratio, and the most memory the process held."""
    with TemporaryDirectory() as folder:
        run = measured([*ALONE, folder, str(lines)])
    for name, (mine, hand, rows) in run.answer.items():
        if name in COMMON:
            yield Figure.at_most(name, mine, AT_ONCE, "s", f"{lines:,} lines, {rows:,} rows")
        else:
            yield Figure(name, mine, "s", remark=f"{lines:,} lines, {rows:,} rows")
        yield Figure.at_most("… against SQL by hand", mine / hand, BOUND, "×", f"by hand {hand:.2f} s")
    yield Figure("peak memory", run.gigabytes, "GiB", remark="with the lines written before")


def _all(folder: Path, lines: int) -> dict[str, tuple[float, float, int]]:
    homes.opened(folder)
    from dangol.insight.warehouse.cube import answered, read
    from dangol.insight.warehouse.queries import lake

    files = large_lake.written(folder / "lake", lines)
    here, hand = lake(), _by_hand(files)
    found = {}
    for name, (metrics, by, since, totals, sql) in QUESTIONS.items():
        question = read(metrics, by, since=since, totals=totals)
        ours, theirs = [], []
        for _ in range(RUNS + 1):
            took, answer = _timed(lambda: answered(here, question, scope=None))  # noqa: B023 -- asked at once
            ours.append(took)
            took, rows = _timed(lambda: hand.execute(sql).fetchall())  # noqa: B023
            theirs.append(took)
        _must_agree(name, answer.rows, rows)
        found[name] = (median(ours[1:]), median(theirs[1:]), len(rows))
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _must_agree(name: str, ours: list[list[Any]], theirs: list[tuple[Any, ...]]) -> None:
    told = {tuple(f"{one:%Y-%m}" if isinstance(one, date) else one for one in row) for row in theirs}
    if {tuple(row) for row in ours} != told:
        raise Failed(f"The cube and the SQL written by hand do not agree on {name}.")


def _by_hand(files: dict[str, list[str]]) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    for name, paths in files.items():
        engine.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({paths!r}, hive_partitioning=false)")
    return engine


if __name__ == "__main__":
    import json

    sys.stdout.write(json.dumps(_all(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
