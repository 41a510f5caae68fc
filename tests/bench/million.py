"""A business of very many customers, made in bulk: who, how to reach them, what they bought, what they are worth.

Plain and even on purpose: benches ask how long, not what comes out. Everything is drawn from one seed.

    home = million.loaded(1_000_000)          made once for a bench, below var/bench
    homes.opened(home)
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tests.bench import homes
from tests.bench.processes import environment

CHUNK = 100_000
DEALERS, REGIONS = 400, 4
SURNAMES = list("김이박최정강조윤장임한오서신권황안송류홍")
GIVEN = [a + b for a in "서민지하도예준유채은" for b in "준윤서우진현아영호린"]
ROADS = [a + b + "로" for a in "단동서남북중강한새큰" for b in "골헤대문산천포원성빛"]
MAIL = ["naver.com", "gmail.com", "daum.net"]
DISTRICTS = ["마포구", "강남구", "서대문구", "은평구", "고양시", "수원시", "성남시", "부천시"]
START = np.datetime64("2024-11-22T03:00:00", "us")
DAY = np.timedelta64(1, "D")


def loaded(customers: int) -> Path:
    """A home with so many customers; made now where no proof before has done so."""
    home = homes.FOLDER / f"people-{customers}"
    if not (home / "made").exists():
        home = homes.fresh(home.name)
        home.mkdir()
        subprocess.run(
            [sys.executable, "-m", "tests.bench.million", str(home), str(customers)], check=True, env=environment()
        )
        (home / "made").touch()
    return home


def fill(customers: int, *, people_only: bool = False, searched: bool = True) -> None:
    """Fill the home that is open. people_only: what they bought and are worth is left out; searched: can be found."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.transaction import atomic

    from dangol.lib import bulk
    from dangol.records.customers.search_index import index

    call_command("migrate", verbosity=0, interactive=False)
    units = _units()
    run = _run(customers)
    with atomic():
        for first in range(1, customers + 1, CHUNK):
            keys = np.arange(first, min(first + CHUNK, customers + 1))
            for table, rows in _tables(keys, units, run):
                if not people_only or table.startswith("customers_"):
                    bulk.insert_table(connection, table, rows)
        if searched:
            index(range(1, customers + 1), fresh=True)
    homes.let_look_over()


def _units() -> list[int]:
    from dangol.records.staff.models import Unit

    top = Unit.objects.create(code="HQ", name="본사", kind="head_office")
    regions = [Unit.objects.create(code=f"R{n}", name=f"{n}지사", kind="region", parent=top) for n in range(REGIONS)]
    dealers = Unit.objects.bulk_create(
        Unit(code=f"D{n:03}", name=f"{n}대리점", kind="dealer", parent=regions[n % REGIONS]) for n in range(DEALERS)
    )
    return [unit.pk for unit in dealers]


def _run(customers: int) -> int:
    from dangol.insight.analysis.models import Run

    at = "2026-11-22T03:00:00+00:00"
    return Run.objects.create(
        kind="relationship", as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"tolerance": 15.0, "horizon_months": 36, "margin_rate": 0.3, "minute_value": 200},
        summary={
            "customers": customers, "notes": [], "fits": [], "parts_known": [0, 0, 0, customers],
            "parts": {
                part: {"measured": customers, "estimated": 0, "unknown": 0}
                for part in ("economic_value", "social_value", "relationship_cost")
            },
            "social": {"answered": 1, "share_answered": 0.3, "correlation": 0.4, "floor": 0.3, "estimated": 1},
        },
    ).pk  # fmt: skip


def _tables(keys: Any, units: list[int], run: int) -> Iterator[tuple[str, pa.Table]]:
    random = np.random.default_rng(int(keys[0]))
    count = len(keys)
    names = [
        SURNAMES[a] + GIVEN[b]
        for a, b in zip(random.integers(0, len(SURNAMES), count), random.integers(0, len(GIVEN), count), strict=True)
    ]
    registered = pa.array(START - random.integers(30, 900, count) * DAY, pa.timestamp("us", "UTC"))
    yield "customers_customer", pa.table({
        "id": keys, "full_name": names,
        "birth_date": pa.array(np.datetime64("1950-01-01") + random.integers(0, 20_000, count), pa.date32()),
        "gender": np.where(random.random(count) < 0.6, "f", "m"), "line": np.where(keys % 2, "club", "delivery"),
        "unit_id": np.array(units)[keys % len(units)], "household_id": pa.nulls(count, pa.int64()),
        "registered_at": registered, "place": np.array(DISTRICTS)[keys % len(DISTRICTS)],
        "postcode": pa.repeat("00123", count),
        "address": [
            f"서울특별시 {DISTRICTS[key % len(DISTRICTS)]} {ROADS[key * 7 % len(ROADS)]} {key % 300}" for key in keys
        ],
        "source": pa.repeat("", count), "attributes": pa.repeat("{}", count), "lake_key": keys + 2**40,
    })  # fmt: skip
    yield "customers_identity", pa.table({
        "id": keys, "customer_id": keys, "source": pa.repeat("bench", count),
        "external_id": [f"B{key:08}" for key in keys], "lake_key": keys + 2**41,
    })  # fmt: skip
    yield "customers_contactpoint", pa.table({
        "id": keys, "customer_id": keys, "kind": pa.repeat("mobile", count),
        "value": [f"+82100{key:08}"[:13] for key in keys],
        "tail": [f"{key:08}"[-4:] for key in keys], "valid_from": registered,
    })  # fmt: skip
    written = keys[keys % 2 == 0]
    yield "customers_contactpoint", pa.table({
        "id": written + 2**40, "customer_id": written, "kind": pa.repeat("email", len(written)),
        "value": [f"dan{key % 977}.gol{key}@{MAIL[key % len(MAIL)]}" for key in written],
        "tail": pa.repeat("", len(written)), "valid_from": registered.filter(pa.array(keys % 2 == 0)),
    })  # fmt: skip
    sold = pa.array(START + random.integers(0, 700, count) * DAY, pa.timestamp("us", "UTC"))
    amounts = random.integers(3, 90, count) * 1_000
    yield "ledger_transaction", pa.table({
        "id": keys, "identity_id": keys, "source": pa.repeat("bench", count), "receipt": [f"r{key}" for key in keys],
        "at": sold, "channel": pa.repeat("store", count), "amount": amounts, "currency": pa.repeat("KRW", count),
    })  # fmt: skip
    yield "ledger_orderline", pa.table({
        "id": keys, "transaction_id": keys, "position": pa.repeat(1, count), "at": sold,
        "description": pa.repeat("우유", count),
        "quantity": pa.repeat(1.0, count), "amount": amounts, "price_discount": pa.repeat(100, count),
        "coupon_discount": pa.repeat(0, count), "match_discount": pa.repeat(0, count), "fee": pa.repeat(0, count),
    })  # fmt: skip
    value, equity = random.random(count) * 100, random.random(count) * 100
    gap = value - equity
    region = np.where(gap > 15, "I", np.where(gap < -15, "II", "III"))
    for place, (name, numbers, texts) in enumerate((
        ("region", gap, region), ("customer_value", value, None), ("customer_equity", equity, None),
    )):  # fmt: skip
        yield "analysis_score", pa.table({
            "id": (keys - 1) * 3 + place + 1, "run_id": pa.repeat(run, count), "customer_id": keys,
            "name": pa.repeat(name, count), "value": numbers, "text": pa.repeat("", count) if texts is None else texts,
            "provenance": pa.repeat("estimated", count),
        })  # fmt: skip
    yield "relationship_parts", pa.table({
        "id": keys, "run_id": pa.repeat(run, count), "customer_id": keys, "equity": equity * 10_000,
    })  # fmt: skip


if __name__ == "__main__":
    homes.opened(Path(sys.argv[1]))
    fill(int(sys.argv[2]))
