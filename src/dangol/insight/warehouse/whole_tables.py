"""All rows of a large table of a SQLite store: its pages are taken apart, and DuckDB puts the SQL of the table to them.

What stands by the table of the rows themselves (receipts, customers) is laid down in DuckDB first; the rows pass by.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db import connection

from dangol.insight.warehouse.facts import Column, Dimension, Fact, Kind
from dangol.insight.warehouse.sqlite_pages import NotFrozen, Pages, frozen

MEMORY = "2GB"
THREADS = 2
TOGETHER = 100_000  # rows handed over at once
CAST = {
    Kind.INTEGER: "({})::BIGINT",
    Kind.QUANTITY: "({})::DECIMAL(14, 3)",
    Kind.FLOAT: "({})::DOUBLE",
    Kind.MOMENT: "({})::TIMESTAMP",
    Kind.LOCAL_DAY: "({})::TIMESTAMP",
    Kind.AGE_BAND: "({})::DATE",
}
AS_TEXT = "coalesce(({})::VARCHAR, '')"
_LITERAL = re.compile(r"'[^']*'")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def whole(table: Fact | Dimension) -> Iterator[pa.Table]:
    """The rows, in the types of `reading`. Raises NotFrozen, before the first one, where they must be asked for."""
    with frozen(store_file()) as pages:
        yield from _told(pages, table)


def store_file() -> Path:
    """Raises NotFrozen for a store that is no file, or while this connection holds what is not committed."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or connection.in_atomic_block or not Path(name).is_file():
        raise NotFrozen("")
    return Path(name)


def _told(pages: Pages, table: Fact | Dimension) -> Iterator[pa.Table]:
    import duckdb

    select = ", ".join(f'{_cast(column)} AS "{column.name}"' for column in table.columns)
    sql = f'SELECT {select} FROM "{table.table}" r {table.joins}'  # noqa: S608 -- our own SQL
    words = _WORD.findall(_LITERAL.sub("", sql))
    config = {"memory_limit": MEMORY, "threads": THREADS, "temp_directory": str(settings.DANGOL_LAKE / ".spill"),
              "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}  # fmt: skip
    with duckdb.connect(":memory:", config=config) as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET integer_division = true")  # as the stores divide
        engine.execute("SET preserve_insertion_order = false")
        try:
            for name in _tables(words):
                rows = pages.rows(name, words)
                if name == table.table and words.count(name) == 1:
                    engine.register(name, rows)
                    continue
                engine.register("coming", rows)
                engine.execute(f'CREATE TABLE "{name}" AS SELECT * FROM coming')  # noqa: S608 -- our own name
                engine.unregister("coming")
            for batch in engine.execute(sql).to_arrow_reader(TOGETHER):
                yield pa.Table.from_batches([batch])
        except (duckdb.Error, pa.ArrowException) as error:
            raise pages.failed or error from error


def _tables(words: Sequence[str]) -> list[str]:
    """Which of the store's tables the SQL names."""
    return sorted(set(words) & set(connection.introspection.table_names()))


def _cast(column: Column) -> str:
    return CAST.get(column.kind, AS_TEXT).format(column.sql)
