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
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import Failed, measured

LINES = 50_000_000
OF_A_CUSTOMER = 25
MONTHS = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(24)]
PRODUCTS, CATEGORIES, PLACES = 300, 20, 50
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

    files = _written(folder / "lake", lines)
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


def _written(lake: Path, lines: int) -> dict[str, list[str]]:
    """A version of the lake with these lines; the files of each table."""
    from dangol.insight.warehouse.facts import DIMENSIONS, FACTS
    from dangol.insight.warehouse.reading import schema_of
    from dangol.insight.warehouse.versions import (
        LakeFile,
        Manifest,
        TableVersion,
        move_pointer,
        sealed,
        write_manifest,
    )

    draw, people = np.random.default_rng(7), lines // OF_A_CUSTOMER
    tables: dict[str, list[LakeFile]] = {name: [] for name in FACTS | DIMENSIONS}

    def write(name: str, path: Path, table: pa.Table, month: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd", compression_level=1, row_group_size=131_072)
        tables[name].append(sealed(lake, path, month=month, rows=table.num_rows))

    for place, month in enumerate(MONTHS):
        count = lines // len(MONTHS)
        part = _month(draw, month, first=place * count, count=count, people=people)
        path = lake / "lines" / f"month={month:%Y-%m}" / "part-v000001.parquet"
        write("lines", path, _shaped(part, schema_of(FACTS["lines"])), f"{month:%Y-%m}")
    told = _dimensions(draw, people)
    for name, shape in (FACTS | DIMENSIONS).items():
        if name != "lines":
            schema = schema_of(shape)
            table = _shaped(told[name], schema) if name in told else schema.empty_table()
            write(name, lake / name / "v000001.parquet", table)
    versions = {name: TableVersion("", "", tuple(files)) for name, files in tables.items()}
    write_manifest(lake, Manifest("v000001", "", "", 0, versions))
    move_pointer(lake, "v000001")
    return {name: [str(lake / file.path) for file in files] for name, files in tables.items()}


def _shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """With the columns of the lake, those that do not matter here without values."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _month(draw: np.random.Generator, month: date, *, first: int, count: int, people: int) -> pa.Table:
    days = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - month
    seconds = np.sort(draw.integers(0, days.days * 86_400, count))
    at = np.datetime64(datetime.combine(month, datetime.min.time()), "us") + seconds.astype("timedelta64[s]")
    numbers = np.arange(first, first + count)
    none = pa.array(np.zeros(count, dtype=np.int64))
    return pa.table({
        "line_id": numbers, "receipt_id": numbers // 3, "identity_key": draw.integers(1, people + 1, count),
        "at": pa.array(at, pa.timestamp("us")), "day": pa.array(at.astype("datetime64[D]"), pa.date32()),
        "product_id": draw.integers(1, PRODUCTS + 1, count),
        "quantity": pa.array(np.ones(count, dtype=np.int32)).cast(pa.decimal128(13, 3)),
        "amount": draw.integers(-2_000, 60_000, count), "price_discount": none, "coupon_discount": none,
        "match_discount": none, "fee": none,
        "channel": pa.array(["app", "store", "call"]).take(pa.array(draw.integers(0, 3, count))),
        "unit_id": pa.nulls(count, pa.int64()), "mistaken": none,
    })  # fmt: skip


def _dimensions(draw: np.random.Generator, people: int) -> dict[str, pa.Table]:
    keys = np.arange(1, people + 1)
    products = np.arange(1, PRODUCTS + 1)
    places = pa.array([f"district {number}" for number in range(PLACES)])
    return {
        "customers": pa.table({
            "customer_key": keys, "line": pa.repeat("club", people), "age_band": pa.repeat("30-39", people),
            "place": places.take(pa.array(draw.integers(0, PLACES, people))),
            "registered_on": pa.repeat(pa.scalar(MONTHS[0]), people), "unit_code": pa.repeat("", people),
        }),
        "identities": pa.table({"identity_key": keys, "customer_key": keys}),
        "products": pa.table({
            "product_id": products, "code": [f"p{number}" for number in products],
            "category": [f"goods / {number % CATEGORIES}" for number in products],
        }),
    }  # fmt: skip


if __name__ == "__main__":
    import json

    sys.stdout.write(json.dumps(_all(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
