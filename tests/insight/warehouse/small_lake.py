"""A small lake made from rows, without records: for questions asked of the lake."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from dangol.insight.warehouse.facts import DIMENSIONS, FACTS, KNOWN
from dangol.insight.warehouse.months import writer
from dangol.insight.warehouse.past import past_schema
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.reading import local_days, schema_of
from dangol.insight.warehouse.versions import Manifest, TableVersion, move_pointer, sealed, write_manifest

SEOUL = ZoneInfo("Asia/Seoul")
EMPTY = {pa.string(): "", pa.float64(): 0.0, pa.decimal128(14, 3): 0}

type Rows = Sequence[Mapping[str, Any]]


def noon(day: date) -> datetime:
    """Return the UTC time, without a zone, at which it is noon in Seoul."""
    return datetime.combine(day, time(12), SEOUL).astimezone(UTC).replace(tzinfo=None)


def small_lake(folder: Path, engine: str = "duckdb", **tables: Rows) -> Lake:
    """Write the rows as one version; a row leaves out what does not matter. Key columns count up."""
    versions = {}
    made = {
        name: _table(schema_of(table), tables.get(name, ()), table.key, fact=name in FACTS)
        for name, table in (FACTS | DIMENSIONS).items()
    }
    for table in DIMENSIONS.values():
        if table.dated:
            made[table.past] = _table(past_schema(table), tables.get(table.past, ()), table.key, fact=False)
    made |= {known.name: known.make(date(2025, 1, 1), date(2026, 12, 31)) for known in KNOWN.values()}
    for name, found in made.items():
        (folder / name).mkdir(parents=True)
        path = folder / name / "v000001.parquet"
        with writer(path, found.schema) as out:
            out.write_table(found)
        versions[name] = TableVersion("", "", (sealed(folder, path, month="", rows=found.num_rows),))
    manifest = Manifest("v000001", "", "", 0, versions)
    write_manifest(folder, manifest)
    move_pointer(folder, manifest.version)
    return Lake(folder, manifest, engine)


def customers(count: int, **about: Sequence[Any]) -> dict[str, Rows]:
    """Make customers 1… with identities 1001…, attributes taken in turn."""
    people = [
        {"customer_key": key, "registered_on": date(2026, 1, 1)}
        | {name: values[(key - 1) % len(values)] for name, values in about.items()}
        for key in range(1, count + 1)
    ]
    return {
        "customers": people,
        "identities": [{"identity_key": 1000 + key, "customer_key": key} for key in range(1, count + 1)],
    }


def line(customer: int | None, day: date, amount: int, **rest: Any) -> dict[str, Any]:
    """Make one line, noon of a day, of a customer (None: anonymous)."""
    return {"identity_key": customer and 1000 + customer, "at": noon(day), "amount": amount, **rest}


def seeded(seed: int = 7, *, people: int = 60, lines: int = 1500) -> dict[str, Rows]:
    """Make a year of a small business with everything in it, the same for the same seed."""
    draw = random.Random(seed)
    start = date(2025, 10, 1)

    def happened() -> dict[str, Any]:
        seconds = draw.randrange(365 * 86400)
        at = datetime.combine(start, time()) + timedelta(seconds=seconds)
        return {"identity_key": 1000 + draw.randint(1, people), "at": at}

    sold = [
        happened()
        | {
            "receipt_id": number // 3,
            "product_id": draw.choice([None, *range(1, 20)]),
            "quantity": draw.randint(0, 5000) / 1000,
            "amount": draw.choice([draw.randint(1, 90_000), -draw.randint(1, 30_000), 0]),
            "price_discount": draw.choice([0, 0, draw.randint(1, 3000)]),
            "coupon_discount": draw.choice([0, 0, draw.randint(1, 3000)]),
            "match_discount": draw.choice([0, 0, 100]),
            "fee": draw.choice([0, 2500]),
            "channel": draw.choice(["store", "app", ""]),
            "unit_id": draw.choice([None, 1, 2]),
        }
        | ({"identity_key": None} if draw.random() < 0.05 else {})
        for number in range(lines)
    ]
    return customers(
        people + 3,
        line=["club", "delivery"],
        place=["강남구", "", "마포구"],
        age_band=["30-39", ""],
        unit_code=["D1", "D2", "", "D1"],
    ) | {
        "lines": sold,
        "points": [
            happened() | {"kind": draw.choice(["granted", "redeemed", "expired"]), "amount": draw.randint(1, 900)}
            for _ in range(200)
        ],
        "interactions": [
            happened()
            | {
                "kind": draw.choice(["complaint", "gift", "late_delivery"]),
                "direction": draw.choice(["in", "out"]),
                "minutes": draw.randint(0, 40) / 4,
                "worth": draw.choice([0, 3000]),
            }
            for _ in range(150)
        ],
        "answers": [
            happened()
            | {"dimension": draw.choice(["trust", "care"]), "score": draw.randint(1, 7), "scale_min": 1, "scale_max": 7}
            for _ in range(150)
        ],
        **_subscribed(draw, happened),
        "products": [{"product_id": key, "code": f"p{key}", "category": f"A / {key % 3}"} for key in range(1, 18)],
        "units": [{"unit_id": key, "code": f"u{key}"} for key in (1, 2)],
    }


def _subscribed(draw: random.Random, happened: Callable[[], dict[str, Any]]) -> dict[str, Rows]:
    """Subscriptions with all that may become of them; some of a customer one after the other or at once."""
    begun = [
        happened()
        | {
            "product_id": draw.choice([None, 1, 2, 3]),
            "quantity": draw.randint(1, 3),
            "price": draw.choice([None, draw.randint(1000, 90_000)]),
            "period": draw.choice(["month", "week", "year", ""]),
        }
        for _ in range(120)
    ]
    steps = []
    for number, one in enumerate(begun, start=1):
        for kind in draw.sample(["paused", "resumed", "priced", "ended", "ended"], draw.randint(0, 4)):
            at = one["at"] + timedelta(days=draw.randint(-3, 250))
            price = draw.randint(1000, 90_000) if kind == "priced" else None
            steps.append({
                "subscription_id": number, "identity_key": one["identity_key"], "at": at, "kind": kind, "price": price,
            })  # fmt: skip
    return {"subscriptions": begun, "subscription_steps": steps}


def _table(schema: pa.Schema, rows: Rows, key: str, *, fact: bool) -> pa.Table:
    columns = {}
    for field in schema:
        if field.name == "day" and fact:
            columns["day"] = local_days(columns["at"], SEOUL)
        elif field.name == key and fact:
            columns[key] = pa.array(range(1, len(rows) + 1), field.type)
        else:
            values = [row.get(field.name, _default(field)) for row in rows]
            if pa.types.is_decimal(field.type):
                values = [Decimal(str(value)).quantize(Decimal("0.001")) for value in values]
            columns[field.name] = pa.array(values, field.type)
    return pa.table([columns[field.name] for field in schema], schema=schema)


def _default(field: pa.Field) -> Any:
    nothing = field.name in {"identity_key", "product_id", "unit_id", "receipt_id"}
    return None if nothing else EMPTY.get(field.type, 0 if field.type == pa.int64() else None)
