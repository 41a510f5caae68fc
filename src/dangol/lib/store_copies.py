"""A store copied whole while others write to it, and filled again from such a copy.

SQLite is copied by its online backup, PostgreSQL by COPY of every table: both show one moment, the one at which the
`Moment` was taken. A copy of SQLite is a file that can be opened; a copy of PostgreSQL is rows without a schema, which
whoever fills a store again makes first. A store of PostgreSQL can be filled from either.
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

from dangol.lib import carried_rows, kept_keys
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


class NotEmpty(DangolError):
    """A store that is to be filled holds something already."""

    def __init__(self) -> None:
        super().__init__(
            _("The database of DATABASE_URL is not empty. Make a new one (CREATE DATABASE) and name it there.")
        )


class NotTaken(DangolError):
    """PostgreSQL keeps rules about values that a file did not."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            _("The database does not take what stands at %(place)s: %(what)s. Nothing was changed.")
            % {"place": place, "what": what}
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
        (text,) = store.execute(f"PRAGMA quick_check({_quoted(name)})").fetchone() if name not in alarmed else ("ok",)
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


def fill(connection: BaseDatabaseWrapper, copy: StoreCopy, folder: Path, *, progress: Progress = silent) -> None:
    """Fill the tables of a PostgreSQL store, which has this schema, with the copied rows; in the caller's transaction.

    What a schema's making has put into them goes first. Keys between tables are taken off and put back: checking them
    all at once is quicker, and a row may then come before the one it points to. Raises NotTaken.
    """
    total = sum(table.rows for table in copy.tables.values())
    done = 0
    with connection.cursor() as cursor, _filling(cursor, copy, folder) as rows_of:
        keys = _foreign_keys(cursor)
        for place, key, _definition in keys:
            cursor.execute(f"ALTER TABLE {place} DROP CONSTRAINT {_quoted(key)}")
        once = kept_keys.kept(cursor)
        for child in {one.table for one in once}:
            cursor.execute(f"ALTER TABLE {_quoted(child)} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {_listed(copy.tables)}")
        for name, table in copy.tables.items():
            progress("records", done, total)
            _fill_table(cursor, name, *rows_of(name))
            done += table.rows
        for place, key, definition in keys:
            cursor.execute(f"ALTER TABLE {place} ADD CONSTRAINT {_quoted(key)} {definition}")
        for child in {one.table for one in once}:
            cursor.execute(f"ALTER TABLE {_quoted(child)} ENABLE TRIGGER USER")
        for one in once:
            kept_keys.refuse_lost(cursor, one)
        for name, last in _sequences(cursor, copy, folder).items():
            cursor.execute("SELECT setval(to_regclass(%s), %s) WHERE to_regclass(%s) IS NOT NULL", [name, last, name])
    progress("records", total, total)


def refuse_filled(connection: BaseDatabaseWrapper) -> None:
    """Raise NotEmpty where a PostgreSQL store has a table."""
    with connection.cursor() as cursor:
        if _table_names(cursor):
            raise NotEmpty


def empty(connection: BaseDatabaseWrapper) -> None:
    """Take every table out of a PostgreSQL store."""
    with connection.cursor() as cursor:
        if names := _table_names(cursor):
            cursor.execute(f"DROP TABLE {_listed(names)} CASCADE")


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
    return int(store.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0])  # noqa: S608 -- its own names


def _has_null(store: sqlite3.Connection, table: str, column: str) -> bool:
    wanted = f"SELECT 1 FROM {_quoted(table)} WHERE {_quoted(column)} IS NULL LIMIT 1"  # noqa: S608 -- its own names
    return store.execute(wanted).fetchone() is not None


# PostgreSQL


@dataclass(frozen=True)
class _PostgresqlMoment:
    connection: BaseDatabaseWrapper

    def copy_to(self, folder: Path, *, progress: Progress = silent) -> StoreCopy:
        (folder / TABLES).mkdir(parents=True, exist_ok=True)
        with self.connection.cursor() as cursor:
            sizes = _table_sizes(cursor)
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
    with into.open("wb") as file, cursor.copy(f"COPY {_quoted(name)} ({_listed(columns)}) TO STDOUT") as copy:
        for block in copy:
            file.write(block)
    return TableCopy(int(cursor.rowcount), columns)


type _Rows = tuple[Iterable[str], Iterable[bytes]]  # the columns, and lines of COPY's text form in their order


@contextmanager
def _filling(cursor: Any, copy: StoreCopy, folder: Path) -> Iterator[Callable[[str], _Rows]]:
    """What gives the copied rows of a table."""
    if copy.engine == "postgresql":
        yield lambda name: (copy.tables[name].columns, _read(folder / TABLES / f"{name}.copy"))
        return
    with carried_rows.opened(folder / STORE) as store:

        def carried(name: str) -> _Rows:
            kinds = _kinds(cursor, name)
            return kinds, carried_rows.blocks(store, name, kinds)

        yield carried


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _fill_table(cursor: Any, name: str, columns: Iterable[str], blocks: Iterable[bytes]) -> None:
    from psycopg import DataError

    try:
        with cursor.copy(f"COPY {_quoted(name)} ({_listed(columns)}) FROM STDIN") as copy:
            for block in blocks:
                copy.write(block)
    except DataError as error:
        place = (error.diag.context or name).partition(":")[0]  # behind the colon stands the value, which is somebody's
        raise NotTaken(place, error.diag.message_primary or "") from error


def _sequences(cursor: Any, copy: StoreCopy, folder: Path) -> Mapping[str, int]:
    """The last id that each sequence of PostgreSQL has given away."""
    if copy.engine == "postgresql":
        return copy.sequences
    with carried_rows.opened(folder / STORE) as store:
        last = carried_rows.last_ids(store)
    cursor.execute(
        "SELECT t.relname, s.oid::regclass::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
        " AND d.classid = 'pg_class'::regclass AND d.deptype = 'i' JOIN pg_class t ON t.oid = d.refobjid"
        " WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace"
    )
    return {sequence: last[table] for table, sequence in cursor.fetchall() if last.get(table)}


def _table_names(cursor: Any) -> list[str]:
    return list(_table_sizes(cursor))


def _table_sizes(cursor: Any) -> dict[str, int]:
    cursor.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname"
    )
    return dict(cursor.fetchall())


def _columns(cursor: Any, table: str) -> tuple[str, ...]:
    return tuple(_kinds(cursor, table))


def _kinds(cursor: Any, table: str) -> dict[str, str]:
    """Each column that is filled, with its type."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [_quoted(table)],
    )
    return dict(cursor.fetchall())


def _foreign_keys(cursor: Any) -> list[tuple[str, str, str]]:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
    )
    return list(cursor.fetchall())


# Both


def _migrations(ask: Callable[[str], Any], tables: Mapping[str, TableCopy]) -> tuple[tuple[str, str], ...]:
    """What Django has written down about the schema."""
    if "django_migrations" not in tables:
        return ()
    return tuple(ask("SELECT app, name FROM django_migrations ORDER BY id").fetchall())


def _asked(cursor: Any, sql: str) -> Any:
    cursor.execute(sql)
    return cursor


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
