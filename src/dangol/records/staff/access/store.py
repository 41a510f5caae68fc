"""The access log's own store: one SQLite file in the home, whatever the records are kept in.

Entries are chained by batch: the digest of a batch is made over its entries and the digest before it, with a key that
lies outside the store. Who changes, adds, removes or moves an entry breaks the chain there; who cuts off its end meets
the anchors, which the records hold.
"""

import fcntl
import hmac
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from dangol.lib import sealing
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, runs

TEXTS = ("verb", "page", "user_id", "user", "role", "place", "query", "reason")
FIRST = "0" * 64
MOST = 5_000  # entries of one batch
MOST_BYTES = 8_000_000  # of a batch's lines: lists of everybody are long
RUN = 1_000  # ids of one row of subjects, at most: a list of everybody takes few rows, and one person is found at once
# Entries about one customer; the id is given three times.
ABOUT = f"SELECT entry FROM subject WHERE first BETWEEN ? - {RUN - 1} AND ? AND last >= ?"
VERSION = 1
# Times are microseconds since 1970, UTC. `people` is how many an entry is about. `content` is the digest of a batch's
# entries alone; `let_go` the mark of whoever removed them in due time.
SCHEMA = (
    """CREATE TABLE entry (
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, at INTEGER NOT NULL, verb TEXT NOT NULL, page TEXT NOT NULL,
  user_id INTEGER NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, place TEXT NOT NULL, query TEXT NOT NULL,
  reason TEXT NOT NULL, people INTEGER NOT NULL
)""",
    "CREATE INDEX entry_at ON entry (at)",
    "CREATE INDEX entry_batch ON entry (batch)",
    "CREATE INDEX entry_user ON entry (user_id, at)",
    "CREATE INDEX entry_verb ON entry (verb, at)",
    """CREATE TABLE subject (
  first INTEGER NOT NULL, entry INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (first, entry)
) WITHOUT ROWID""",
    "CREATE INDEX subject_entry ON subject (entry, first, last)",
    """CREATE TABLE batch (
  id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, last_at INTEGER NOT NULL, content TEXT NOT NULL,
  digest TEXT NOT NULL, let_go TEXT NOT NULL DEFAULT ''
)""",
    "CREATE TABLE taken (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL)",
    "CREATE TABLE made_with (mark TEXT NOT NULL)",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Batch:
    """Some entries that came in together; `let_go` is "" while they are there."""

    number: int
    entries: int
    last_at: int
    content: str
    digest: str
    let_go: str = ""


def path() -> Path:
    """Where the store lies."""
    return spool.folder() / "log.sqlite3"


def moment(at: datetime) -> int:
    """A time as the store keeps it."""
    return (at - EPOCH) // TICK


def time_of(moment: int) -> datetime:
    """A time the store kept."""
    return EPOCH + moment * TICK


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """The store as it stands now; nobody is kept waiting."""
    with _connected() as log:
        log.execute("PRAGMA query_only=ON")
        log.execute("BEGIN")
        yield log
        log.execute("ROLLBACK")


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """The store in one transaction, kept when the block ends well; one writer at a time."""
    with _connected() as log:
        # An entry's line is removed once its batch is kept: kept must mean on the disk.
        log.execute("PRAGMA synchronous=FULL")
        log.execute("PRAGMA secure_delete=ON")
        log.execute("BEGIN IMMEDIATE")
        try:
            yield log
        except BaseException:
            log.execute("ROLLBACK")
            raise
        log.execute("COMMIT")


@contextmanager
def _connected() -> Iterator[sqlite3.Connection]:
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(path(), timeout=30, isolation_level=None)) as log:
        if log.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            _make(log)
        yield log


def _make(log: sqlite3.Connection) -> None:
    with (path().parent / "making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)  # a change of journal asks nobody to wait, so whoever comes second does
        log.execute("PRAGMA journal_mode=WAL")
        log.execute("BEGIN IMMEDIATE")
        if log.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            for statement in SCHEMA:
                log.execute(statement)
            log.execute(f"PRAGMA user_version={VERSION}")
        log.execute("COMMIT")
    path().chmod(0o600)


def seal() -> int:
    """Take what was written down into the store, in chained batches; how many entries. Safe to be killed.

    Raises KeyLost where the key is not the one the log was made with: what was written down waits.
    """
    total = 0
    while count := _seal_some():
        total += count
    return total


def _seal_some() -> int:
    if not _is_news():
        return 0
    with writing() as log:
        known: dict[str, int] = dict(log.execute("SELECT file, bytes FROM taken"))
        files = spool.waiting()
        gone = known.keys() - {file.name for file in files}
        entries: list[Entry] = []
        room = MOST_BYTES
        for file in files:
            start, left = known.get(file.name, 0), spool.is_left(file)
            if left and file.stat().st_size == start:
                # Taken whole by a transaction that was kept before this one began.
                file.unlink()
                gone.add(file.name)
                continue
            for entry, end in spool.entries(file, start, left=left):
                entries.append(entry)
                room, start = room - (end - start), end
                if len(entries) == MOST or room < 0:
                    break
            log.execute("INSERT OR REPLACE INTO taken VALUES (?, ?)", (file.name, start))
            if len(entries) == MOST or room < 0:
                break
        log.executemany("DELETE FROM taken WHERE file = ?", [(name,) for name in gone])
        if entries:
            _append(log, sorted(entries, key=lambda entry: entry.at))
    return len(entries)


def _is_news() -> bool:
    """Whether there is anything to take or to clear away: asked before the write lock is."""
    files = spool.waiting()
    if not files:
        return False
    with reading() as log:
        known = dict(log.execute("SELECT file, bytes FROM taken"))
    for file in files:
        try:
            if file.stat().st_size != known.get(file.name, 0) or spool.is_left(file):
                return True
        except FileNotFoundError:  # another process just took it
            return True
    return False


def _append(log: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    last = head(log)
    key = _key(log, make=last is None)
    number, before = (last.number + 1, last.digest) if last else (1, FIRST)
    made = Batch(number, len(entries), moment(max(entry.at for entry in entries)), content_of(entries), "")
    log.execute(
        "INSERT INTO batch (id, entries, last_at, content, digest) VALUES (?, ?, ?, ?, ?)",
        (made.number, made.entries, made.last_at, made.content, chained(key, before, made)),
    )
    (first,) = log.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()
    marks = ", ".join("?" * (len(TEXTS) + 4))
    log.executemany(
        f"INSERT INTO entry (id, batch, at, people, {', '.join(TEXTS)}) VALUES ({marks})",
        ((place, number, *_values(entry)) for place, entry in enumerate(entries, first)),
    )
    log.executemany(
        "INSERT INTO subject (first, last, entry) VALUES (?, ?, ?)",
        (
            (low, high, place)
            for place, entry in enumerate(entries, first)
            for low, high in runs(entry.subjects, at_most=RUN)
        ),
    )


def _key(log: sqlite3.Connection, *, make: bool) -> bytes:
    """The key of the chain. Raises KeyLost when it is not the one the log was begun with."""
    key = sealing.marking_key("access log", make=make)
    mark, known = digest(key, "made with this key"), log.execute("SELECT mark FROM made_with").fetchone()
    if known is None:
        log.execute("INSERT INTO made_with VALUES (?)", (mark,))
    elif not hmac.compare_digest(known[0], mark):
        raise sealing.KeyLost(sealing.key_file())
    return key


def head(log: sqlite3.Connection) -> Batch | None:
    """The newest batch."""
    return next(batches(log, "ORDER BY id DESC LIMIT 1"), None)


def batches(log: sqlite3.Connection, rest: str = "ORDER BY id") -> Iterator[Batch]:
    """The batches; `rest` is SQL, ours alone."""
    rows = log.execute(f"SELECT id, entries, last_at, content, digest, let_go FROM batch {rest}")
    return (Batch(*row) for row in rows)


def digest(key: bytes, *told: object) -> str:
    """A mark that only the holder of the key can make."""
    return hmac.new(key, "|".join(map(str, told)).encode(), sha256).hexdigest()


def chained(key: bytes, before: str, batch: Batch) -> str:
    """The digest of a batch after the one before it."""
    return digest(key, before, batch.number, batch.entries, batch.last_at, batch.content)


def content_of(entries: Sequence[Entry]) -> str:
    """The digest of entries in their order."""
    inner = sha256()
    for entry in entries:
        inner.update(entry.told().encode("ascii") + b"\n")
    return inner.hexdigest()


def _values(entry: Entry) -> tuple[object, ...]:
    return (moment(entry.at), len(set(entry.subjects)), *(getattr(entry, name) for name in TEXTS))


def entries_of(log: sqlite3.Connection, where: str, values: Sequence[object] = ()) -> dict[int, Entry]:
    """Entries by number, with all their subjects; `where` is SQL over `entry`, ours alone."""
    rows = log.execute(f"SELECT id, at, {', '.join(TEXTS)} FROM entry WHERE {where}", values).fetchall()
    whose: dict[int, list[int]] = {row[0]: [] for row in rows}
    if rows:
        for number, first, last in spans_between(log, min(whose), max(whose)):
            if number in whose:
                whose[number] += range(first, last + 1)
    return {row[0]: entry_from(row[1:], tuple(whose[row[0]])) for row in rows}


def spans_between(log: sqlite3.Connection, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """Entry, first and last of the rows of subjects of the entries from one to another, in order."""
    asked = "SELECT entry, first, last FROM subject WHERE entry BETWEEN ? AND ? ORDER BY entry, first"
    yield from log.execute(asked, (low, high))


def entry_from(row: Sequence[Any], subjects: tuple[int, ...]) -> Entry:
    """An entry from its time and TEXTS."""
    return Entry(at=time_of(row[0]), subjects=subjects, **dict(zip(TEXTS, row[1:], strict=True)))
