"""Fifty million lines are refreshed as fast as SQL written by hand, and a day of them in a twentieth of the time

50,000,000 lines of 2,000,000 customers over two years, made by SQL within the store itself; on SQLite and on
PostgreSQL. `refresh(rebuild=True)` builds all tables, checked, sealed with checksums, brought safely to the disk, in a
process of its own. Beside it, the same facts and dimensions by hand-written SQL in DuckDB, two threads, over Parquet
copies of the same rows: joins, shop days, one file a month, the same compression; unchecked and unsealed. And the same
done by hand out of the same store: its rows read (ADBC from PostgreSQL, the standard library from SQLite) into DuckDB
and the same files written. Both bound the refresh; all must come to the same sums. Then one more day is sold, some
customers move, and a refresh brings it. The most memory a refresh held is told, too. Libraries are loaded before a
clock runs. Beside the clock stands what the processors worked, which others on the
machine change less; of PostgreSQL that is our side alone.
With fewer lines: `DANGOL_BENCH_LINES=1000000 python -m tests.bench.one large_refreshes_keep_up`.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import Failed, Measured, measured, processors_time
from tools import postgres

LINES = int(os.environ.get("DANGOL_BENCH_LINES", "50000000"))
DAYS, PRODUCTS, LINES_A_CUSTOMER, LINES_A_RECEIPT = 730, 500, 25, 3
BOUND, SHARE, MEMORY = 1.5, 0.05, 4.0
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
ALONE = [sys.executable, "-m", "tests.bench.proofs.large_refreshes_keep_up"]
AS_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
ENGINE = {"threads": 2, "memory_limit": "2GB"}
DAY = "CAST(l.at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Seoul' AS DATE) AS day"
BY_HAND = f"""
    SELECT l.id AS line_id, l.transaction_id AS receipt_id, i.lake_key AS identity_key, l.at, {DAY}, l.product_id,
           CAST(l.quantity AS DECIMAL(14, 3)) AS quantity, l.amount, l.price_discount, l.coupon_discount,
           l.match_discount, l.fee, t.channel, t.unit_id, t.currency,
           CASE WHEN t.reverses_id IS NOT NULL OR t.id IN
               (SELECT reverses_id FROM ledger_transaction WHERE reverses_id IS NOT NULL) THEN 1 ELSE 0 END AS mistaken
    FROM ledger_orderline l
    LEFT JOIN ledger_transaction t ON t.id = l.transaction_id
    LEFT JOIN customers_identity i ON i.id = t.identity_id"""
CUSTOMERS = """
    SELECT lake_key AS customer_key, line, '' AS age_band, place,
           CAST(registered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Seoul' AS DATE) AS registered_on
    FROM customers_customer ORDER BY lake_key"""
IDENTITIES = """
    SELECT i.lake_key AS identity_key, c.lake_key AS customer_key
    FROM customers_identity i LEFT JOIN customers_customer c ON c.id = i.customer_id ORDER BY 1"""
# The same, joined by the store they are read out of; quantities as whole numbers, which it hands over quickly.
READ = """
    SELECT l.id AS line_id, l.transaction_id AS receipt_id, i.lake_key AS identity_key, l.at, l.product_id,
           CAST(l.quantity * 1000 AS {}) AS thousandths, l.amount, l.price_discount, l.coupon_discount,
           l.match_discount, l.fee, t.channel, t.unit_id, t.currency,
           CASE WHEN t.reverses_id IS NOT NULL OR t.id IN
               (SELECT reverses_id FROM ledger_transaction WHERE reverses_id IS NOT NULL) THEN 1 ELSE 0 END AS mistaken
    FROM ledger_orderline l
    LEFT JOIN ledger_transaction t ON t.id = l.transaction_id
    LEFT JOIN customers_identity i ON i.id = t.identity_id"""
READ_CUSTOMERS = """
    SELECT lake_key AS customer_key, line, '' AS age_band, place, registered_at FROM customers_customer"""
WRITTEN = {
    "lines": """
        SELECT line_id, receipt_id, identity_key, {at} AS at, CAST({day} AS DATE) AS day, product_id,
               CAST(thousandths * 0.001 AS DECIMAL(14, 3)) AS quantity, amount, price_discount, coupon_discount,
               match_discount, fee, channel, unit_id, currency, mistaken
        FROM coming""",
    "customers": """
        SELECT * EXCLUDE (registered_at), CAST({registered} AS DATE) AS registered_on FROM coming
        ORDER BY customer_key""",
    "identities": "SELECT * FROM coming ORDER BY 1",
}
SEOUL = "{} AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Seoul'"


def figures(lines: int = LINES) -> Iterator[Figure]:
    """Seconds of both stores and of the SQL by hand, ratios, memory."""
    folder = homes.fresh("large-refresh")
    folder.mkdir()
    hand = measured([*ALONE, "hand", str(folder), str(lines)])
    seconds, worked = hand.answer["seconds"], hand.answer["worked"]
    remark = f"{lines / seconds:,.0f} lines a second; {worked:.1f} s of processors' time"
    yield Figure("by hand, DuckDB over Parquet", seconds, "s", remark=remark)
    yield from _of_store("SQLite", folder / "sqlite", lines, hand.answer, "")
    with postgres.cluster() as address:
        yield from _of_store("PostgreSQL", folder / "postgresql", lines, hand.answer, address)
    shutil.rmtree(folder)


def _of_store(name: str, home: Path, lines: int, hand: dict[str, Any], address: str) -> Iterator[Figure]:
    def asked(what: str) -> Measured:
        return measured([*ALONE, what, str(home), str(lines), address])

    home.mkdir()
    made = asked("make").answer["seconds"]
    read, full, day = asked("read").answer, asked("full"), asked("day")
    for whose, sums in (("the refresh", full.answer["sums"]), ("what was read by hand", read["sums"])):
        if sums != hand["sums"]:
            raise Failed(f"{name}: {whose} comes to {sums}, the SQL by hand to {hand['sums']}.")
    took, worked = full.answer["seconds"], full.answer["worked"]
    told = f"{lines / took:,.0f} lines a second; the records were made in {made:.0f} s"
    yield Figure(f"{name}: the whole warehouse", took, "s", remark=told)
    remark = f"{lines / read['seconds']:,.0f} lines a second; {read['worked']:.1f} s of processors' time"
    yield Figure(f"{name}: the same rows read and written by hand", read["seconds"], "s", remark=remark)
    remark = f"{worked / read['worked']:.2f} × by processors' time"
    yield Figure.at_most(f"{name}: against reading them by hand", took / read["seconds"], BOUND, "×", remark)
    remark = f"{worked / hand['worked']:.2f} × by processors' time"
    yield Figure.at_most(f"{name}: against SQL by hand over Parquet", took / hand["seconds"], BOUND, "×", remark)
    yield Figure.at_most(f"{name}: peak memory", full.gigabytes, MEMORY, "GiB")
    one = day.answer["seconds"]
    share = 100 * day.answer["worked"] / worked
    came = f"{day.answer['rows']:,} lines in {day.answer['months']} months' files"
    remark = f"{one:.2f} s; {share:.1f} % by processors' time; {came}"
    yield Figure.at_most(f"{name}: one day of it", 100 * one / took, 100 * SHARE, "%", remark)


def _make(lines: int) -> dict[str, Any]:
    """Fill the store that is open, by SQL of its own."""
    from django.db import connection
    from django.db.transaction import atomic

    from dangol.lib.schema import brought_up_to_date
    from dangol.records.catalog.models import Category, Product
    from tests.bench.filling import filled_quickly

    brought_up_to_date()
    began = time.perf_counter()
    with atomic():
        categories = Category.objects.bulk_create(Category(name=f"c{n}", path=f"a / c{n}") for n in range(20))
        Product.objects.bulk_create(
            Product(id=n, code=f"p{n}", name=f"p{n}", category=categories[n % 20]) for n in range(1, PRODUCTS + 1)
        )
    coming = list(_rows(connection.vendor, lines))
    with filled_quickly([table for table, _rows_, _values in coming]):
        for table, rows, values in coming:
            _insert(table, 0, rows, values)
    with atomic():
        _tell()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"seconds": time.perf_counter() - began}


def _rows(vendor: str, lines: int) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Tables with the number of their rows, and the SQL of each column that is not empty; `n` counts from nought."""
    customers, receipts = max(1, lines // LINES_A_CUSTOMER), -(-lines // LINES_A_RECEIPT)
    second = DAYS * 86_400
    moment = {
        "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {}, 'unixepoch')",
        "postgresql": "to_timestamp({})",
        "duckdb": "make_timestamp(({}) * 1000000)",
    }[vendor]
    sold = moment.format(f"{int(START.timestamp())} + {{}} * {second} / {receipts}")
    place = "CASE n % 3 WHEN 0 THEN '서울 마포구' WHEN 1 THEN '부산 해운대구' ELSE '' END"
    registered = moment.format(f"{int(START.timestamp())} - n % 1000 * 86400")
    yield "customers_customer", customers, {
        "lake_key": "1000000000000 + n * 7", "registered_at": registered, "place": place, "kind": "'person'",
        "line": "'club'",
    }  # fmt: skip
    yield "customers_identity", customers, {
        "customer_id": "n + 1", "lake_key": "2000000000000 + n * 7", "source": "'till'", "scheme": "'customer'",
        "external_id": "'c' || n",
    }  # fmt: skip
    yield "ledger_transaction", receipts, {
        "identity_id": f"n * 7919 % {customers} + 1", "source": "'till'", "receipt": "'r' || n",
        "at": sold.format("n"), "channel": "'store'", "amount": "300", "currency": "'KRW'",
    }  # fmt: skip
    yield "ledger_orderline", lines, {
        "transaction_id": f"n / {LINES_A_RECEIPT} + 1", "position": f"n % {LINES_A_RECEIPT}",
        "at": sold.format(f"(n / {LINES_A_RECEIPT})"), "product_id": f"n * 31 % {PRODUCTS} + 1", "quantity": "1",
        "amount": "100 + n * 37 % 9000", "price_discount": "n % 5 * 10",
    }  # fmt: skip


def _insert(table: str, first: int, last: int, values: dict[str, str]) -> None:
    from django.apps import apps
    from django.db import connection

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    columns = {"id": "n + 1"}
    for field in model._meta.concrete_fields[1:]:
        kind = field.get_internal_type()
        empty = "'{}'" if kind == "JSONField" else "0" if "Integer" in kind else "''"
        columns[field.column] = values.get(field.column, "NULL" if field.null else empty)
    count = (
        f"WITH RECURSIVE t(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM t WHERE n < {last - 1}) SELECT n FROM t"
        if connection.vendor == "sqlite"
        else f"SELECT generate_series({first}::bigint, {last - 1}) AS n"
    )
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(columns.values())} FROM ({count}) AS c')


def _tell(first: int = 1) -> None:
    from dangol.records.catalog.models import Category, Product
    from dangol.records.changes.actions import record_range
    from dangol.records.customers.models import Customer, Identity
    from dangol.records.ledger.models import OrderLine, Transaction

    for table in (Category, Product, Customer, Identity, Transaction, OrderLine):
        last = table.objects.order_by("-pk")[0].pk
        record_range(table, first_key=min(first, last), last_key=last, at=END)


def _full() -> dict[str, Any]:
    from dangol.insight.warehouse.refresh import refresh

    took = _timed(lambda: refresh(at=END, rebuild=True))
    return {**took, "sums": _sums(_files("lines"))}


def _timed(work: Callable[[], Any]) -> dict[str, Any]:
    """Seconds by the clock, and of our processors' time, with libraries loaded before."""
    for library in (
        "duckdb", "pandas", "pyarrow.csv", "pyarrow.dataset", "holidays", "korean_lunar_calendar",
        "adbc_driver_postgresql.dbapi",
    ):  # fmt: skip
        import_module(library)
    began, worked = time.perf_counter(), processors_time()
    work()
    return {"seconds": time.perf_counter() - began, "worked": processors_time() - worked}


def _files(table: str) -> list[str]:
    from dangol.insight.warehouse.queries import lake

    found = lake()
    return [str(Path(os.environ["DANGOL_HOME"]) / "lake" / file.path) for file in found.manifest.tables[table].files]


def _sums(files: list[str]) -> list[Any]:
    import duckdb

    sql = "SELECT strftime(day, '%Y-%m'), count(*), sum(amount)::bigint, sum(price_discount)::bigint, sum(identity_key)"
    rows = duckdb.execute(f"{sql}::hugeint::varchar FROM read_parquet({files!r}) GROUP BY ALL ORDER BY 1").fetchall()
    return [list(row) for row in rows]


def _day(lines: int) -> dict[str, Any]:
    """One more day: its receipts, five of a thousand customers move, and the refresh that brings both."""
    from django.db import connection
    from django.db.transaction import atomic

    from dangol.insight.warehouse.refresh import refresh
    from dangol.records.changes.actions import record_range
    from dangol.records.customers.models import Customer
    from dangol.records.ledger.models import OrderLine, Transaction

    new = lines // DAYS
    with atomic():
        for table, rows, values in _rows(connection.vendor, lines):
            if table.startswith("ledger"):
                _insert(table, rows, rows + (new if "line" in table else -(-new // LINES_A_RECEIPT) + 1), values)
        moved = range(1, max(2, lines // LINES_A_CUSTOMER // 200))
        Customer.objects.filter(pk__lte=moved[-1]).update(place="서울 종로구")
        record_range(Customer, first_key=1, last_key=moved[-1], at=END)
        for model, first in ((Transaction, -(-lines // LINES_A_RECEIPT) + 1), (OrderLine, lines + 1)):
            last = model.objects.order_by("-pk")[0].pk  # type: ignore[attr-defined]
            record_range(model, first_key=first, last_key=last, at=END)
    done = []
    took = _timed(lambda: done.append(refresh(at=END + timedelta(days=1))))
    return {**took, "rows": done[0].rows, "months": done[0].months}


def _hand(folder: Path, lines: int) -> dict[str, Any]:
    """Copies of the records as Parquet (not timed), then the lake out of them."""
    import duckdb

    lake = folder / "by-hand"
    lake.mkdir()
    with duckdb.connect(":memory:", config=ENGINE) as engine:
        for table, rows, values in _rows("duckdb", lines):
            empty = {"coupon_discount": "0", "match_discount": "0", "fee": "0", "unit_id": "NULL::BIGINT",
                     "reverses_id": "NULL::BIGINT"}  # fmt: skip
            columns = {"id": "n + 1", **(empty if table.startswith("ledger") else {}), **values}
            select = ", ".join(f'{sql.replace(" / ", " // ")} AS "{name}"' for name, sql in columns.items())
            path = folder / f"{table}.parquet"
            engine.execute(f"COPY (SELECT {select} FROM range({rows}) AS c(n)) TO '{path}' ({AS_PARQUET})")
            engine.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{path}')")

        def by_hand() -> None:
            monthly = f"SELECT *, strftime(day, '%Y-%m') AS month FROM ({BY_HAND})"
            engine.execute(f"COPY ({monthly}) TO '{lake}/lines' ({AS_PARQUET}, PARTITION_BY (month))")
            for name, select in (("customers", CUSTOMERS), ("identities", IDENTITIES)):
                engine.execute(f"COPY ({select}) TO '{lake}/{name}.parquet' ({AS_PARQUET})")

        took = _timed(by_hand)
    return {**took, "sums": _sums([str(path) for path in lake.glob("lines/*/*.parquet")])}


def _read(home: Path) -> dict[str, Any]:
    """The rows read out of the store that is open and written as files, as one would by hand."""
    import duckdb
    from django.db import connection

    lake = home / "by-hand"
    lake.mkdir()
    postgresql = connection.vendor == "postgresql"
    reads = {
        "lines": READ.format("bigint" if postgresql else "integer"), "customers": READ_CUSTOMERS,
        "identities": IDENTITIES.partition("ORDER BY")[0],
    }  # fmt: skip
    # PostgreSQL hands over moments with their zone, SQLite texts.
    moment = "{} AT TIME ZONE 'UTC'" if postgresql else "CAST({} AS TIMESTAMP)"
    at, registered = moment.format("coming.at"), moment.format("coming.registered_at")
    words = {"at": at, "day": SEOUL.format(at), "registered": SEOUL.format(registered)}

    def by_hand() -> None:
        with duckdb.connect(":memory:", config=ENGINE) as engine, _asked(postgresql) as ask:
            for name, question in reads.items():
                engine.register("coming", ask(question))
                written, into = WRITTEN[name].format(**words), f"{lake}/{name}.parquet"
                if name == "lines":
                    written, into = f"SELECT *, strftime(day, '%Y-%m') AS month FROM ({written})", f"{lake}/lines"
                by = ", PARTITION_BY (month)" if name == "lines" else ""
                engine.execute(f"COPY ({written}) TO '{into}' ({AS_PARQUET}{by})")

    took = _timed(by_hand)
    return {**took, "sums": _sums([str(path) for path in lake.glob("lines/*/*.parquet")])}


@contextmanager
def _asked(postgresql: bool) -> Iterator[Callable[[str], Any]]:
    """What answers a question with a reader of Arrow."""
    if postgresql:
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(os.environ["DATABASE_URL"]) as own, own.cursor() as cursor:

            def by_adbc(question: str) -> Any:
                cursor.execute(question)
                return cursor.fetch_record_batch()

            yield by_adbc
        return
    records = Path(os.environ["DANGOL_HOME"]) / "records.sqlite3"
    with closing(sqlite3.connect(records, check_same_thread=False)) as store:  # the engine asks in a thread of its own
        yield lambda question: _batches(store.execute(question))


def _batches(cursor: sqlite3.Cursor) -> Any:
    import pyarrow as pa

    names = [told[0] for told in cursor.description]
    kinds = {"at": pa.string(), "registered_at": pa.string(), "channel": pa.string(), "currency": pa.string(),
             "line": pa.string(), "age_band": pa.string(), "place": pa.string()}  # fmt: skip
    schema = pa.schema([(name, kinds.get(name, pa.int64())) for name in names])

    def read() -> Iterator[pa.RecordBatch]:
        while rows := cursor.fetchmany(50_000):
            columns = zip(*rows, strict=True)
            arrays = [pa.array(cells, one.type) for cells, one in zip(columns, schema, strict=True)]
            yield pa.record_batch(arrays, schema)

    return pa.RecordBatchReader.from_batches(schema, read())


def alone(what: str, home: str, lines: str, address: str = "") -> None:
    """One part of the proof, in a process of its own; it answers by JSON."""
    if what == "hand":
        print(json.dumps(_hand(Path(home), int(lines))))
        return
    os.environ.update(DANGOL_HOME=home, DJANGO_SETTINGS_MODULE="dangol.config.settings")
    if address:
        os.environ["DATABASE_URL"] = address
    import django

    django.setup()
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "make": lambda: _make(int(lines)), "read": lambda: _read(Path(home)), "full": _full,
        "day": lambda: _day(int(lines)),
    }  # fmt: skip
    print(json.dumps(steps[what]()))


if __name__ == "__main__":
    alone(*sys.argv[1:])
