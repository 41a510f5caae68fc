"""The access log's own store: one SQLite file in the home, whatever the records are kept in.

Entries are chained by batch: the digest of a batch is made over its entries and the digest before it, with a key that
lies outside the store. Who changes, adds or removes an entry breaks the chain from there on; who cuts off its end meets
the anchors, which the records hold.
"""

import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dangol.lib import sealing
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, runs

COLUMNS = ("at", "verb", "page", "user_id", "user", "role", "place", "query", "reason")
FIRST = "0" * 64
MOST = 5_000  # entries of one batch
RUN = 1_000  # ids of one row of subjects, at most: a list of everybody takes few rows, and one person is found at once
# Entries about one customer; the id is given three times.
ABOUT = f"SELECT entry FROM subject WHERE first BETWEEN ? - {RUN - 1} AND ? AND last >= ?"
SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, at TEXT NOT NULL, verb TEXT NOT NULL, page TEXT NOT NULL,
  user_id INTEGER NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, place TEXT NOT NULL, query TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_at ON entry (at);
CREATE INDEX IF NOT EXISTS entry_user ON entry (user_id, at);
CREATE TABLE IF NOT EXISTS subject (
  first INTEGER NOT NULL, last INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (first, entry)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subject_entry ON subject (entry, first);
CREATE TABLE IF NOT EXISTS batch (
  id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, last_at TEXT NOT NULL, digest TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS taken (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Head:
    """The newest batch: its number (0 before the first) and digest."""

    batch: int
    digest: str


def path() -> Path:
    return spool.folder() / "access.sqlite3"


@contextmanager
def opened() -> Iterator[sqlite3.Connection]:
    """The store, made where it is missing; one transaction, kept when the block ends well."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(path(), timeout=30, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=NORMAL")
        store.executescript(SCHEMA)
        store.execute("BEGIN IMMEDIATE")
        try:
            yield store
        except BaseException:
            store.execute("ROLLBACK")
            raise
        store.execute("COMMIT")


def seal() -> int:
    """Take what was written down into the store, in chained batches; how many entries. Safe to be killed."""
    total = 0
    while count := _seal_some():
        total += count
    return total


def _seal_some() -> int:
    files = spool.waiting()
    if not files:
        return 0
    with opened() as store:
        before = dict(store.execute("SELECT file, bytes FROM taken"))
        entries: list[Entry] = []
        for file in files:
            start = before.get(file.name, 0)
            for line, end in spool.lines(file, start):
                entries.append(Entry.read(line))
                start = end
                if len(entries) == MOST:
                    break
            store.execute("INSERT OR REPLACE INTO taken VALUES (?, ?)", (file.name, start))
            if len(entries) == MOST:
                break
        if entries:
            _append(store, sorted(entries, key=lambda entry: entry.at))
        taken = dict(store.execute("SELECT file, bytes FROM taken"))
    for file in files:
        if spool.done(file, taken.get(file.name, -1)):
            file.unlink(missing_ok=True)
            with opened() as store:
                store.execute("DELETE FROM taken WHERE file = ?", (file.name,))
    return len(entries)


def _append(store: sqlite3.Connection, entries: list[Entry]) -> None:
    last = head(store)
    batch = last.batch + 1
    digest = chained(last.digest, entries)
    store.execute(
        "INSERT INTO batch (id, entries, last_at, digest) VALUES (?, ?, ?, ?)",
        (batch, len(entries), max(entry.at for entry in entries).isoformat(), digest),
    )
    (first,) = store.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()
    marks = ", ".join("?" * (len(COLUMNS) + 2))
    store.executemany(
        f"INSERT INTO entry (id, batch, {', '.join(COLUMNS)}) VALUES ({marks})",
        ((number, batch, *_values(entry)) for number, entry in enumerate(entries, first)),
    )
    store.executemany(
        "INSERT INTO subject (first, last, entry) VALUES (?, ?, ?)",
        (
            (low, high, number)
            for number, entry in enumerate(entries, first)
            for low, high in runs(entry.subjects, at_most=RUN)
        ),
    )


def head(store: sqlite3.Connection) -> Head:
    """The newest batch."""
    row = store.execute("SELECT id, digest FROM batch ORDER BY id DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, FIRST)


def chained(before: str, entries: list[Entry]) -> str:
    """The digest of a batch after the one before it."""
    inner = sha256()
    for entry in entries:
        inner.update(entry.told().encode() + b"\n")
    return hmac.new(sealing.marking_key("access log"), f"{before}{inner.hexdigest()}".encode(), sha256).hexdigest()


def _values(entry: Entry) -> tuple[object, ...]:
    return (entry.at.isoformat(), *(getattr(entry, name) for name in COLUMNS[1:]))


def entries_of(store: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[Entry]:
    """Entries with their subjects, in their order; `where` is SQL over `entry`, ours alone."""
    columns = ", ".join(COLUMNS)
    rows = store.execute(
        f"SELECT id, {columns} FROM entry WHERE {where}",
        values,
    ).fetchall()
    if not rows:
        return []
    whose: dict[int, list[int]] = {row[0]: [] for row in rows}
    low, high = min(whose), max(whose)
    for number, first, last in store.execute(
        "SELECT entry, first, last FROM subject WHERE entry BETWEEN ? AND ? ORDER BY entry, first", (low, high)
    ):
        if number in whose:
            whose[number] += range(first, last + 1)
    return [_read(row, tuple(whose[row[0]])) for row in rows]


def _read(row: tuple[Any, ...], subjects: tuple[int, ...]) -> Entry:
    told = dict(zip(COLUMNS, row[1:], strict=True))
    return Entry(**{**told, "at": datetime.fromisoformat(told["at"]), "subjects": subjects})
