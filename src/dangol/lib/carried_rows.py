"""Rows of an SQLite store as PostgreSQL's COPY reads them: SQLite itself writes each row as one line of text.

So the records of a home go from their file to a server. Both stores have the schema of the same migrations; what
differs is how a value is kept, and `WRITTEN` says that for each type of PostgreSQL there is.
Called by: store_filling.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from dangol.lib.store_copies import quoted

AT_ONCE = 5_000  # rows
_AS_IT_IS = "{0}"
_TEXT = r"replace(replace(replace(replace({0}, '\', '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r')"
_EXACTLY = "exactly({0})"  # SQLite would print 15 digits of a number that has 17
WRITTEN = {
    "bigint": _AS_IT_IS,
    "boolean": _AS_IT_IS,
    "bytea": r"iif({0} IS NULL, NULL, '\\x' || hex({0}))",
    "character varying": _TEXT,
    "date": _AS_IT_IS,
    "double precision": _EXACTLY,
    "integer": _AS_IT_IS,
    "jsonb": _TEXT,
    "numeric": _EXACTLY,
    "smallint": _AS_IT_IS,
    "text": _TEXT,
    "timestamp with time zone": "{0} || '+00'",  # kept as UTC without saying so
    "uuid": _AS_IT_IS,
}


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, to read."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as store:
        store.create_function("exactly", 1, _exactly, deterministic=True)
        yield store


def blocks(store: sqlite3.Connection, table: str, kinds: Mapping[str, str]) -> Iterator[bytes]:
    """Lines of COPY's text form, some thousand rows at a time. kinds: each column with its type in PostgreSQL."""
    columns = (rf"ifnull({WRITTEN[kind].format(_column(table, name))}, '\N')" for name, kind in kinds.items())
    rows = store.execute(f"SELECT {' || char(9) || '.join(columns)} || char(10) FROM {quoted(table)}")  # noqa: S608 -- names of our own schema
    while some := rows.fetchmany(AT_ONCE):
        yield "".join(line for (line,) in some).encode()


def last_ids(store: sqlite3.Connection) -> dict[str, int]:
    """The last id that each table has given away, also of rows that are gone."""
    return {str(table): int(last) for table, last in store.execute("SELECT name, seq FROM sqlite_sequence")}


def _exactly(value: float | str | None) -> str | None:
    return value if value is None or isinstance(value, str) else repr(value)


def _column(table: str, name: str) -> str:
    # With its table: SQLite takes a quoted name that it does not know for a word.
    return f"{quoted(table)}.{quoted(name)}"
