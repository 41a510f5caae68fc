"""A PostgreSQL store filled from a copy, of its own kind or of a file.

Its schema is there already, made by the migrations of the copy's own day.
Called by: web, for what restores a backup.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from dangol.lib import carried_rows, kept_keys
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.lib.store_copies import BLOCK, STORE, TABLES, StoreCopy, kinds_of, listed, quoted, table_sizes


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
            cursor.execute(f"ALTER TABLE {place} DROP CONSTRAINT {quoted(key)}")
        once = kept_keys.kept(cursor)
        for child in {one.table for one in once}:
            cursor.execute(f"ALTER TABLE {quoted(child)} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {listed(copy.tables)}")
        for name, table in copy.tables.items():
            progress("records", done, total)
            _fill_table(cursor, name, *rows_of(name))
            done += table.rows
        for place, key, definition in keys:
            cursor.execute(f"ALTER TABLE {place} ADD CONSTRAINT {quoted(key)} {definition}")
        for child in {one.table for one in once}:
            cursor.execute(f"ALTER TABLE {quoted(child)} ENABLE TRIGGER USER")
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
            cursor.execute(f"DROP TABLE {listed(names)} CASCADE")


type _Rows = tuple[Iterable[str], Iterable[bytes]]  # the columns, and lines of COPY's text form in their order


@contextmanager
def _filling(cursor: Any, copy: StoreCopy, folder: Path) -> Iterator[Callable[[str], _Rows]]:
    """What gives the copied rows of a table."""
    if copy.engine == "postgresql":
        yield lambda name: (copy.tables[name].columns, _read(folder / TABLES / f"{name}.copy"))
        return
    with carried_rows.opened(folder / STORE) as store:

        def carried(name: str) -> _Rows:
            kinds = kinds_of(cursor, name)
            return kinds, carried_rows.blocks(store, name, kinds)

        yield carried


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _fill_table(cursor: Any, name: str, columns: Iterable[str], blocks: Iterable[bytes]) -> None:
    from psycopg import DataError

    try:
        with cursor.copy(f"COPY {quoted(name)} ({listed(columns)}) FROM STDIN") as copy:
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
    return list(table_sizes(cursor))


def _foreign_keys(cursor: Any) -> list[tuple[str, str, str]]:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
    )
    return list(cursor.fetchall())
