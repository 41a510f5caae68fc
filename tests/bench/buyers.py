"""A business of very many customers who come back, made in bulk: what is asked of it takes what it takes in life.

Customers buy at rates of their own and leave, each on a day drawn from two years (the story of the BG/NBD); of eighty
products some go together, some baskets are cheaper. Everything is drawn from one seed, and the home's clock stands
still.

    home = buyers.loaded(1_000_000)           made once for a bench, below var/bench
    homes.opened(home)
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tests.bench import homes, million
from tests.bench.processes import environment

DAYS, SHOPPING = 730, 700  # of the business; the days on which customers come for the first time
PRODUCTS, TOGETHER = 80, 0.3
TRUE = {"r": 0.6, "alpha": 60.0, "a": 0.6, "b": 2.4}
MOST = 100  # purchases a customer, on average over a chunk: so that no two have one number
CLOCK = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = np.datetime64("2024-11-22T03:00:00", "us")

type Days = npt.NDArray[np.int64]


def loaded(customers: int) -> Path:
    """A home with so many customers; made now where no proof before has done so."""
    home = homes.FOLDER / f"buyers-{customers}"
    if not (home / "made").exists():
        home = homes.fresh(home.name)
        home.mkdir()
        subprocess.run(
            [sys.executable, "-m", "tests.bench.buyers", str(home), str(customers)], check=True, env=environment()
        )
        (home / "made").touch()
    return home


def fill(customers: int) -> None:
    """Fill the home that is open."""
    from django.db import connection
    from django.db.transaction import atomic

    from dangol.lib import bulk

    million.fill(customers, people_only=True, searched=False)
    products = _products()
    with atomic():
        for first in range(1, customers + 1, million.CHUNK):
            for table, rows in _sold(first, min(million.CHUNK, customers + 1 - first), products):
                bulk.insert_table(connection, table, rows)
    homes.let_look_over()


def drawn(customers: int, random: np.random.Generator) -> tuple[Days, Days]:
    """Who bought on which day, by who, then by day: one purchase a day at most."""
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers)
    leaves = random.beta(TRUE["a"], TRUE["b"], customers)
    now = random.integers(0, SHOPPING, customers).astype(np.float64)
    here, found = np.arange(customers), []
    while len(here):
        found.append((here, now[here].astype(np.int64)))
        here = here[random.random(len(here)) >= leaves[here]]
        now[here] += random.exponential(size=len(here)) / rate[here]
        here = here[now[here] < DAYS]
    both = np.unique(np.concatenate([who * DAYS + day for who, day in found]))
    return both // DAYS, both % DAYS


def _sold(first: int, customers: int, products: npt.NDArray[np.int64]) -> Iterator[tuple[str, pa.Table]]:
    random = np.random.default_rng(first)
    who, day = drawn(customers, random)
    keys = (first - 1) * MOST + np.arange(1, len(who) + 1)
    at = START + day * np.timedelta64(1, "D") + random.integers(0, 36_000, len(who)) * np.timedelta64(1, "s")
    # some sell far more often than others; who takes one of a pair may take the other, too
    main = (PRODUCTS * random.random(len(who)) ** 2).astype(np.int64)
    more = np.flatnonzero(random.random(len(who)) < TOGETHER)
    other = np.where(random.random(len(more)) < 0.7, main[more] ^ 1, random.integers(0, PRODUCTS, len(more)))
    receipt = np.concatenate([np.arange(len(who)), more])
    position = np.concatenate([np.ones(len(who), np.int64), np.full(len(more), 2)])
    off = np.where((random.random(len(receipt)) < 0.2) & (who[receipt] % 3 == 0), 500, 0)
    what = np.concatenate([main, other])
    amount = 2_000 + 150 * what - off
    paid = np.bincount(receipt, weights=amount, minlength=len(who)).astype(np.int64)
    yield "ledger_transaction", pa.table({
        "id": keys, "identity_id": who + first, "source": pa.repeat("bench", len(keys)),
        "receipt": [f"r{key}" for key in keys], "at": pa.array(at, pa.timestamp("us", "UTC")),
        "channel": pa.repeat("store", len(keys)), "amount": paid, "currency": pa.repeat("KRW", len(keys)),
    })  # fmt: skip
    count = len(receipt)
    yield "ledger_orderline", pa.table({
        "id": (first - 1) * 2 * MOST + np.arange(1, count + 1), "transaction_id": keys[receipt], "position": position,
        "at": pa.array(at[receipt], pa.timestamp("us", "UTC")), "product_id": products[what],
        "description": pa.repeat("", count), "quantity": pa.repeat(1.0, count), "amount": amount,
        "price_discount": off, "coupon_discount": pa.repeat(0, count), "match_discount": pa.repeat(0, count),
        "fee": pa.repeat(0, count),
    })  # fmt: skip


def _products() -> npt.NDArray[np.int64]:
    from dangol.records.catalog.models import Category, Product

    shelves = [Category.objects.create(name=f"매대 {n}", path=f"매대 {n}") for n in range(8)]
    for n in range(PRODUCTS):
        Product.objects.create(code=f"P{n:02}", name=f"상품 {n}", category=shelves[n // 10], unit_price=2_000 + 150 * n)
    return np.array(Product.objects.order_by("code").values_list("pk", flat=True), np.int64)


def _clock(home: Path) -> Any:
    from dangol.lib.settings import write_file

    write_file(home / "dangol.toml", {"as_of": CLOCK})


if __name__ == "__main__":
    _clock(Path(sys.argv[1]))
    homes.opened(Path(sys.argv[1]))
    fill(int(sys.argv[2]))
