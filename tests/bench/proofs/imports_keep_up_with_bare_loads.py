"""Imports keep up with bare loads, in little memory

The import alone (read, checked, written; nothing is valued) of a till's export and of a list of customers (number,
name, phone, birthday, address, e-mail; the search index built) into an empty store. Beside it, in the same run, the
bare bulk load of the very rows it wrote, ready in memory, into the same tables with the same indexes, in one
transaction: executemany on SQLite, COPY on PostgreSQL. Each step is a process of its own. Three turns of both one after
the other, each into a store as empty as the first; told is the turn in the middle. Then memory at twenty times the
lines, and a real shop's file (UCI Online Retail, 541,909 rows), whose sum is worked out again with decimals.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, Measured, measured
from tests.outcomes import REAL_DATA
from tools import postgres

LINES, TENTH, PEOPLE = 500_000, 50_000, 100_000
LARGE = 1_000_000
TURNS = 3
UCI = REAL_DATA / "uci_online_retail" / "online_retail.csv.gz"


def figures() -> list[Figure]:
    """Both stores, memory, the real file."""
    sales, people = _till(LINES), _people(PEOPLE)
    found = []
    for name, take in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
        found += take(name, "transactions", sales, LINES, 50_000)
        found += take(name, "customers", people, PEOPLE, 10_000)
    return [*found, *_memory(), *_real_file()]


def _on_sqlite(store: str, kind: str, file: Path, rows: int, bound: int) -> list[Figure]:
    blank = homes.fresh("import-empty")
    _step("prepare", blank)
    done, beside = [], []
    for _ in range(TURNS):
        home, bare = homes.fresh(f"import-{kind}"), homes.fresh(f"bare-{kind}")
        for one in (home, bare):
            shutil.copytree(blank, one)
        done.append(_step("import", home, kind, str(file)))
        beside.append(_step("bare", bare, str(home / "records.sqlite3")))
    return _told(store, kind, rows, bound, done, beside)


def _on_postgresql(store: str, kind: str, file: Path, rows: int, bound: int) -> list[Figure]:
    import psycopg

    home = homes.fresh(f"import-{kind}-postgresql")
    done, beside = [], []
    with postgres.cluster() as url:
        _step("prepare", home, url=url)
        for turn in range(TURNS):
            ours, bare = (url.replace("/postgres", f"/{name}{turn}") for name in ("ours", "bare"))
            with psycopg.connect(url.replace("/postgres", "/template1"), autocommit=True) as server:
                for name in ("ours", "bare"):
                    server.execute(f"CREATE DATABASE {name}{turn} TEMPLATE postgres")
            done.append(_step("import", home, kind, str(file), url=ours))
            beside.append(_step("bare", home, ours, url=bare))
    return _told(store, kind, rows, bound, done, beside)


def _told(
    store: str, kind: str, rows: int, bound: int, done: Sequence[Measured], beside: Sequence[Measured]
) -> list[Figure]:
    """The turn in the middle of each."""
    took, bare = (sorted(one.answer["seconds"] for one in turns) for turns in (done, beside))
    ours, theirs = took[TURNS // 2], bare[TURNS // 2]
    work = sorted(one.answer["working"] for one in done)[TURNS // 2]
    told = f"{ours:.1f} s ({took[0]:.1f} to {took[-1]:.1f}), {work:.1f} s at work"
    hand = f"bare {theirs:.1f} s ({bare[0]:.1f} to {bare[-1]:.1f})"
    name = f"{kind} on {store}"
    return [
        Figure.equal(f"{name}: taken in", min(one.answer["accepted"] for one in done), rows),
        Figure.at_least(f"{name}: rows a second", rows / ours, bound, "", told),
        Figure.at_least(f"{name}: against the bare load", theirs / ours, 0.5, "×", hand),
        Figure.at_most(f"{name}: peak memory", max(one.gigabytes for one in done) * 1024, 400, "MiB"),
    ]


def _memory() -> list[Figure]:
    peaks = {}
    for lines in (TENTH, LARGE):
        home = homes.fresh(f"import-{lines}")
        _step("prepare", home)
        peaks[lines] = _step("import", home, "transactions", str(_till(lines))).gigabytes * 1024
    growth = peaks[LARGE] / peaks[TENTH]
    home = homes.fresh("import-blank")
    _step("prepare", home)
    blank = _step("import", home, "transactions", str(_told_once(LARGE))).gigabytes * 1024
    return [
        Figure.at_most(f"peak memory, {LARGE:,} lines that name the customer once a receipt", blank, 400, "MiB"),
        Figure.at_most(f"peak memory, {LARGE:,} lines", peaks[LARGE], 400, "MiB"),
        Figure.at_most(
            f"memory at {LARGE // TENTH} times the lines", growth, 1.5, "×", f"{peaks[TENTH]:.0f} MiB before"
        ),
    ]


def _real_file() -> list[Figure]:
    if not UCI.exists():
        return [Figure("UCI Online Retail", "skipped", remark="the file is not on this machine")]
    home = homes.fresh("import-uci")
    mapping = ("customer=CustomerID", "time=InvoiceDate", "receipt=InvoiceNo", "product=StockCode")
    command = [DANGOL, "import", "transactions", str(UCI), "--json", "--home", str(home), "--currency", "GBP"]
    done = measured([*command, *(word for pair in mapping for word in ("--map", pair))])
    answer = done.answer
    rows, total = _worked_out()
    return [
        Figure.at_most("UCI Online Retail, everything", done.seconds, 30, "s", f"{done.working:.1f} s at work"),
        Figure.equal("UCI Online Retail: rows", answer["rows"], rows),
        Figure.equal("UCI Online Retail: sum", f"{answer['amount_total']:.2f}", f"{total:.2f}", "GBP"),
    ]


def _worked_out() -> tuple[int, Decimal]:
    cent, total, count = Decimal("0.01"), Decimal(0), 0
    with gzip.open(UCI, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            total += (Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])).quantize(cent, "ROUND_HALF_UP")
            count += 1
    return count, total


def _till(lines: int) -> Path:
    return _made(f"till-{lines}", lambda file: [sys.executable, "-m", "tests.bench.till_export", str(lines), file])


def _told_once(lines: int) -> Path:
    """The till's export, but that only the first line of a receipt says whose it is, as many tills write it."""
    file = homes.fresh(f"told-once-{lines}") / "file.csv"
    file.parent.mkdir(parents=True)
    with _till(lines).open(encoding="utf-8") as whole, file.open("w", encoding="utf-8") as out:
        before = ""
        for line in whole:
            receipt, _customer, rest = line.split(",", 2)
            out.write(f"{receipt},,{rest}" if receipt == before else line)
            before = receipt
    return file


def _people(count: int) -> Path:
    return _made(f"people-{count}", lambda file: [sys.executable, "-m", "tests.bench.people_export", str(count), file])


def _made(name: str, command: Callable[[str], list[str]]) -> Path:
    file = homes.FOLDER / name / "file.csv"
    if not file.exists():
        homes.fresh(name).mkdir(parents=True)
        measured(command(str(file)))
    return file


def _step(step: str, home: Path, *words: str, url: str = "") -> Measured:
    where = ["env", f"DATABASE_URL={url}"] if url else []
    return measured([*where, sys.executable, "-m", "tests.bench.importing", step, str(home), *words])
