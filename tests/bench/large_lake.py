"""A lake of many order lines, written as Parquet files without records: for questions asked of the lake.

25 lines a customer in 24 months, three hundred products in twenty categories, fifty districts.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

OF_A_CUSTOMER = 25
MONTHS = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(24)]
PRODUCTS, CATEGORIES, PLACES = 300, 20, 50


def written(lake: Path, lines: int) -> dict[str, list[str]]:
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
