"""A store copied whole while others write to it.

SQLite is copied by its online backup, PostgreSQL by COPY of every table: both show one moment, the one at which the
`Moment` was taken. A copy of SQLite is a file that can be opened; a copy of PostgreSQL is rows without a schema, which
whoever fills a store again makes first (`store_filling`).
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent

PAGES = 2_000  # of SQLite, between two words of progress
BLOCK = 1 << 20
# SQLite 3.40 says so of sound tables WITHOUT ROWID whose key is not their first columns.
FALSE_ALARM = re.compile(r"NULL value in (\w+)\.(\w+)")
STORE = "records.sqlite3"  # the copy of an SQLite store
TABLES = "tables"  # the folder of the copied tables of a PostgreSQL store


class DamagedStore(DangolError):
    """The store's own check finds it damaged."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            _("The file %(file)s is damaged (%(what)s). Nothing was copied; put the newest whole backup back.")
            % {"file": path, "what": what}
        )


@dataclass(frozen=True)
class TableCopy:
    """One table: its rows, and where they lie as a file of their own, its columns in their order."""

    rows: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoreCopy:
    """What was copied: `engine` is sqlite or postgresql, `migrations` are the schema it has, `sequences` the last id
    each has given away.
    """

    engine: str
    tables: Mapping[str, TableCopy]
    migrations: tuple[tuple[str, str], ...] = ()
    sequences: Mapping[str, int] = field(default_factory=dict)

    def of(self, tables: Mapping[str, TableCopy]) -> "StoreCopy":
        """The same store with these tables alone."""
        return replace(self, tables=tables)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "StoreCopy":
        """From such values. Raises KeyError, TypeError or ValueError."""
        tables = {str(name): TableCopy(int(one["rows"]), tuple(one["columns"])) for name, one in told["tables"].items()}
        migrations = tuple((str(app), str(name)) for app, name in told["migrations"])
        return cls(
            str(told["engine"]), tables, migrations, {str(name): int(last) for name, last in told["sequences"].items()}
        )


class Moment(Protocol):
    """A store as it stood at one moment, whatever is written to it since."""

    def copy_to(self, folder: Path, *, progress: Progress = silent) -> StoreCopy:
        """Copy it into a folder. Raises DamagedStore."""


@contextmanager
def moment(connection: BaseDatabaseWrapper) -> Iterator[Moment]:
    """The store as it stands now, held still for one reader while others go on writing."""
    if connection.vendor == "postgresql":
        with _postgresql_moment(connection) as held:
            yield held
    else:
        with file_moment(Path(connection.settings_dict["NAME"])) as file:
            yield _SqliteMoment(file)


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Raise DamagedStore where SQLite finds the file inside damaged."""
    try:
        yield
    except sqlite3.OperationalError:
        raise  # locked, or no such file: nothing about what is in it
    except sqlite3.DatabaseError as error:
        raise DamagedStore(path, str(error)) from error


@dataclass(frozen=True)
class FileMoment:
    """One SQLite file as it stood at one moment."""

    store: sqlite3.Connection
    path: Path

    def copy_to(self, into: Path, *, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Copy it, checked, into one file that is whole by itself. Raises DamagedStore."""
        into.parent.mkdir(parents=True, exist_ok=True)
        with damage_told(self.path), closing(sqlite3.connect(into, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous=OFF")  # the copy is worth nothing until what it is made for is finished
            self.store.backup(
                copy, pages=PAGES, sleep=0, progress=lambda _status, left, total: progress(total - left, total)
            )
            found = damage(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        if found:
            raise DamagedStore(self.path, found)


@contextmanager
def file_moment(path: Path) -> Iterator[FileMoment]:
    """One SQLite file as it stands now: the transaction stays open, so that no writer makes a copy begin again."""
    uri = f"{path.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)) as store:
        with damage_told(path):
            store.execute("BEGIN")
            store.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield FileMoment(store, path)


def damage(store: sqlite3.Connection) -> str:
    """What SQLite's own check finds wrong, "" where nothing is."""
    found = [str(text) for (text,) in store.execute("PRAGMA quick_check")]
    if found == ["ok"]:
        return ""
    alarmed = set()
    for text in found:
        told = FALSE_ALARM.fullmatch(text)
        if told is None or _has_null(store, told[1], told[2]):
            return text
        alarmed.add(told[1])
    # Its list is cut off after a hundred lines: what stands behind the false ones is asked for table by table.
    for name in _sqlite_tables(store):
        (text,) = store.execute(f"PRAGMA quick_check({quoted(name)})").fetchone() if name not in alarmed else ("ok",)
        if text != "ok":
            return str(text)
    return ""


def copy_lines(path: Path, into: Path) -> None:
    """Copy a file to which whole lines are appended: what stands there now, up to the end of a line."""
    into.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, into)
    with into.open("rb+") as copy:
        end = copy.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - BLOCK)
            copy.seek(start)
            found = copy.read(end - start).rfind(b"\n")
            if found >= 0:
                copy.truncate(start + found + 1)
                return
            end = start
        copy.truncate(0)


# SQLite


@dataclass(frozen=True)
class _SqliteMoment:
    held: FileMoment

    def copy_to(self, folder: Path, *, progress: Progress = silent) -> StoreCopy:
        into = folder / STORE
        self.held.copy_to(into, progress=lambda done, total: progress("records", done, total))
        with closing(sqlite3.connect(into)) as copy:
            tables = {name: TableCopy(_count(copy, name)) for name in _sqlite_tables(copy)}
            migrations = _migrations(copy.execute, tables)
        return StoreCopy("sqlite", tables, migrations)


def _sqlite_tables(store: sqlite3.Connection) -> list[str]:
    names = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
    return [str(name) for (name,) in names.fetchall()]


def _count(store: sqlite3.Connection, table: str) -> int:
    return int(store.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])  # noqa: S608 -- its own names


def _has_null(store: sqlite3.Connection, table: str, column: str) -> bool:
    wanted = f"SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} IS NULL LIMIT 1"  # noqa: S608 -- its own names
    return store.execute(wanted).fetchone() is not None


# PostgreSQL


@dataclass(frozen=True)
class _PostgresqlMoment:
    connection: BaseDatabaseWrapper

    def copy_to(self, folder: Path, *, progress: Progress = silent) -> StoreCopy:
        (folder / TABLES).mkdir(parents=True, exist_ok=True)
        with self.connection.cursor() as cursor:
            sizes = table_sizes(cursor)
            total, done = sum(sizes.values()), 0
            tables: dict[str, TableCopy] = {}
            for name, size in sizes.items():
                tables[name] = _copy_table(cursor, name, folder / TABLES / f"{name}.copy")
                done += size
                progress("records", done, total)
            migrations = _migrations(lambda sql: _asked(cursor, sql), tables)
            # Read after the rows: whatever is drawn meanwhile, no id of a row here is ever given again.
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
            sequences = {name: last for name, last in cursor.fetchall() if last is not None}
        return StoreCopy("postgresql", tables, migrations, sequences)


@contextmanager
def _postgresql_moment(connection: BaseDatabaseWrapper) -> Iterator[_PostgresqlMoment]:
    # A connection of its own: the snapshot must not be that of a transaction somebody else has begun.
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_current_snapshot()")  # the first question takes the snapshot
            try:
                yield _PostgresqlMoment(own)
            finally:
                cursor.execute("ROLLBACK")
    finally:
        own.close()


def _copy_table(cursor: Any, name: str, into: Path) -> TableCopy:
    columns = _columns(cursor, name)
    with into.open("wb") as file, cursor.copy(f"COPY {quoted(name)} ({listed(columns)}) TO STDOUT") as copy:
        for block in copy:
            file.write(block)
    return TableCopy(int(cursor.rowcount), columns)


def table_sizes(cursor: Any) -> dict[str, int]:
    """Each table of a PostgreSQL store, with its bytes."""
    cursor.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname"
    )
    return dict(cursor.fetchall())


def _columns(cursor: Any, table: str) -> tuple[str, ...]:
    return tuple(kinds_of(cursor, table))


def kinds_of(cursor: Any, table: str) -> dict[str, str]:
    """Each column that is filled, with its type."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [quoted(table)],
    )
    return dict(cursor.fetchall())


# Both


def _migrations(ask: Callable[[str], Any], tables: Mapping[str, TableCopy]) -> tuple[tuple[str, str], ...]:
    """What Django has written down about the schema."""
    if "django_migrations" not in tables:
        return ()
    return tuple(ask("SELECT app, name FROM django_migrations ORDER BY id").fetchall())


def _asked(cursor: Any, sql: str) -> Any:
    cursor.execute(sql)
    return cursor


def listed(names: Iterable[str]) -> str:
    """Names, quoted, as SQL lists them."""
    return ", ".join(map(quoted, names))


def quoted(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
