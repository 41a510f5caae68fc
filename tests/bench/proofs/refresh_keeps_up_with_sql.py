"""A refresh keeps up with SQL written by hand

The warehouse of the real shop built anew from its records (`refresh(rebuild=True)`: all tables, checked, sealed with
checksums, brought safely to the disk), against the same tables made by hand-written SQL in DuckDB, two threads, over
Parquet copies of the same records: joins, shop days, one file a month, the same compression. Turn by turn in one
process, median of three; both must come to the same sums. The refresh reads SQLite, the SQL reads Parquet: what a bare
reading of the same rows out of SQLite takes is told beside. Processors' time is what others on the machine change less.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import Failed, processors_time

RUNS = 3
BOUND = 1.5
ZONE = "America/New_York"
COPIED = ("ledger_orderline", "ledger_transaction", "ledger_interaction", "ledger_assignment", "customers_identity",
          "customers_customer", "catalog_product", "catalog_category", "staff_unit")  # fmt: skip
DAY = f"CAST(r.at AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE}' AS DATE) AS day"
FACTS = {
    "lines": f"""
        SELECT r.id AS line_id, r.transaction_id AS receipt_id, i.lake_key AS identity_key, r.at, {DAY}, r.product_id,
               CAST(r.quantity AS DECIMAL(14, 3)) AS quantity, r.amount, r.price_discount, r.coupon_discount,
               r.match_discount, r.fee, t.channel, t.unit_id
        FROM ledger_orderline r
        LEFT JOIN ledger_transaction t ON t.id = r.transaction_id
        LEFT JOIN customers_identity i ON i.id = t.identity_id""",
    "interactions": f"""
        SELECT r.id AS interaction_id, i.lake_key AS identity_key, r.at, {DAY}, r.kind, r.direction, r.touchpoint,
               r.minutes, r.worth
        FROM ledger_interaction r LEFT JOIN customers_identity i ON i.id = r.identity_id""",
    "assignments": f"""
        SELECT r.id AS assignment_id, i.lake_key AS identity_key, r.at, {DAY}, r.source_ref, r.arm
        FROM ledger_assignment r LEFT JOIN customers_identity i ON i.id = r.identity_id""",
}
DIMENSIONS = {
    "customers": f"""
        SELECT r.lake_key AS customer_key, r.line, '' AS age_band, r.place,
               CAST(r.registered_at AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE}' AS DATE) AS registered_on,
               u.code AS unit_code
        FROM customers_customer r LEFT JOIN staff_unit u ON u.id = r.unit_id""",
    "identities": """
        SELECT r.lake_key AS identity_key, c.lake_key AS customer_key
        FROM customers_identity r LEFT JOIN customers_customer c ON c.id = r.customer_id""",
    "products": """
        SELECT r.id AS product_id, r.code, c.path AS category
        FROM catalog_product r LEFT JOIN catalog_category c ON c.id = r.category_id""",
    "units": "SELECT r.id AS unit_id, r.code, r.kind FROM staff_unit r",
}  # fmt: skip
AS_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
SUMS = "SELECT strftime(day, '%Y-%m') AS month, count(*), sum(amount), sum(price_discount), sum(identity_key) "


def figures() -> list[Figure]:
    """Seconds of both, and their ratio."""
    home = homes.copied(homes.loaded("retail"))
    homes.opened(home)
    from dangol.insight.warehouse.refresh import refresh

    copies, ours, theirs = home / "copies", home / "lake", home / "by-hand"
    records = home / "records.sqlite3"
    lines = _copy(records, copies)
    at = datetime(2018, 1, 1, 10, tzinfo=UTC)
    mine, hand, worked = [], [], []
    for _ in range(RUNS):
        began = processors_time()
        mine.append(_seconds(lambda: refresh(at=at, rebuild=True)))
        between = processors_time()
        hand.append(_seconds(lambda: _by_hand(copies, theirs)))
        worked.append((between - began) / (processors_time() - between))
    _must_agree(ours, theirs)
    bare = _seconds(lambda: _read(records))
    ratio = median(mine) / median(hand)
    return [
        Figure(
            "refresh of the whole warehouse", median(mine), "s", remark=f"{lines / median(mine):,.0f} lines a second"
        ),
        Figure(
            "the same by hand, over Parquet", median(hand), "s", remark=f"{lines / median(hand):,.0f} lines a second"
        ),
        Figure.at_most("refresh against SQL by hand", ratio, BOUND, "×", f"{median(worked):.2f} × by processors' time"),
        Figure(
            "a bare reading of the lines out of SQLite", bare, "s", remark=f"{bare / median(hand):.1f} × SQL by hand"
        ),
        Figure("refresh where nothing has changed", _seconds(lambda: refresh(at=at)), "s"),
    ]


def _copy(records: Path, folder: Path) -> int:
    """The records as Parquet, one file a table; how many lines. Not timed."""
    folder.mkdir()
    with sqlite3.connect(f"file:{records}?mode=ro", uri=True) as store:
        for table in COPIED:
            kinds = {name: kind for _, name, kind, *_ in store.execute(f"PRAGMA table_info({table})")}
            columns = zip(*store.execute(f"SELECT {', '.join(kinds)} FROM {table} ORDER BY id"), strict=True)
            parts = [_column(values, kind) for values, kind in zip(columns, kinds.values(), strict=True)]
            pq.write_table(pa.table(parts, names=list(kinds)), folder / f"{table}.parquet", row_group_size=131_072)
        return int(store.execute("SELECT count(*) FROM ledger_orderline").fetchone()[0])


def _column(values: tuple[object, ...], kind: str) -> pa.Array:
    """SQLite keeps times as text; Parquet has them as times."""
    if kind in {"datetime", "date"}:
        return pa.array(values, pa.string()).cast(pa.timestamp("us"))
    if kind in {"decimal", "real"}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())  # type: ignore[arg-type]
    return pa.array(values)


def _by_hand(copies: Path, lake: Path) -> None:
    shutil.rmtree(lake, ignore_errors=True)
    lake.mkdir()
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"}) as engine:
        for table in COPIED:
            engine.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{copies}/{table}.parquet')")
        for name, select in FACTS.items():
            monthly = f"SELECT *, strftime(day, '%Y-%m') AS month FROM ({select})"
            engine.execute(f"COPY ({monthly}) TO '{lake}/{name}' ({AS_PARQUET}, PARTITION_BY (month))")
        for name, select in DIMENSIONS.items():
            engine.execute(f"COPY ({select}) TO '{lake}/{name}.parquet' ({AS_PARQUET})")


def _must_agree(ours: Path, theirs: Path) -> None:
    """Raises Failed unless both lakes hold the same lines and as many customers, identities and products."""
    from dangol.insight.warehouse.queries import lake

    mine = [str(ours / file.path) for file in lake().manifest.tables["lines"].files]
    sums = [
        duckdb.execute(
            f"{SUMS} FROM read_parquet({files!r}, hive_partitioning=false) GROUP BY ALL ORDER BY 1"
        ).fetchall()
        for files in (mine, [str(path) for path in theirs.glob("lines/*/*.parquet")])
    ]
    if sums[0] != sums[1]:
        raise Failed("The refresh and the SQL written by hand do not come to the same lines.")
    for name in DIMENSIONS:
        rows = sum(file.rows for file in lake().manifest.tables[name].files)
        if rows != pq.ParquetFile(theirs / f"{name}.parquet").metadata.num_rows:
            raise Failed(f"The refresh and the SQL written by hand do not come to the same {name}.")


def _read(records: Path) -> None:
    """The same columns of the same lines, fetched and thrown away."""
    sql = (
        "SELECT r.id, r.transaction_id, i.lake_key, r.at, r.product_id, r.quantity, r.amount, r.price_discount,"
        " r.coupon_discount, r.match_discount, r.fee, t.channel, t.unit_id FROM ledger_orderline r"
        " LEFT JOIN ledger_transaction t ON t.id = r.transaction_id"
        " LEFT JOIN customers_identity i ON i.id = t.identity_id"
    )
    with sqlite3.connect(f"file:{records}?mode=ro", uri=True) as store:
        cursor = store.execute(sql)
        while cursor.fetchmany(20_000):
            pass


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
