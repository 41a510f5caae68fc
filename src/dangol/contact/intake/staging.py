"""One file's rows beside the store while they are checked: memory stays flat and the store is not held up."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from dangol.contact.intake import amounts, dates
from dangol.contact.intake.tables import Table, names_of
from dangol.lib.ahead import ahead
from dangol.lib.progress import Progress

# What the engine holds at most: Python, its libraries and the store's own cache come to three hundred megabytes more.
# A file too wide or too odd for that is given room before it is given up.
MEMORY, ROOMS = "48MB", ("80MB", "128MB", "256MB", "1GB")
TEXTS = (
    # A number that a spreadsheet wrote as a fraction is the number: 17850.0 → 17850.
    r"CREATE TEMP MACRO code_of(t) AS nullif(regexp_replace(trim(t), '^(\d+)\.0+$', '\1'), '')",
    # Mobile numbers with or without the leading 0 that a spreadsheet ate, in E.164.
    r"CREATE TEMP MACRO korean_mobile(d) AS CASE"
    r"  WHEN regexp_full_match(d, '(\+?82)?0?1[016789]\d{7,8}')"
    r"  THEN '+82' || ltrim(regexp_replace(d, '^\+?82', ''), '0') END",
    # Every number of Korea, with or without that 0, and one of elsewhere that names its country, in E.164.
    r"CREATE TEMP MACRO phone_in(d) AS CASE"
    r"  WHEN regexp_full_match(d, '(\+?82|0082)?0?1[016789]\d{7,8}')"
    r"    OR regexp_full_match(d, '(\+?82|0082)?0?(2\d{7,8}|(3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}|70\d{8}|80\d{7,8})')"
    r"    OR regexp_full_match(d, '(\+?82|0082)?0?50\d{8,9}')"
    r"    OR regexp_full_match(d, '1[568]\d{6}')"
    r"  THEN '+82' || ltrim(regexp_replace(d, '^(\+?82|0082)', ''), '0')"
    r"  WHEN regexp_full_match(d, '\+[1-9]\d{7,14}') THEN d END",
    # A birth date: of two figures of a year, or as a spreadsheet counts days, what is not ahead.
    r"CREATE TEMP MACRO not_ahead(a, b, today) AS CASE WHEN a <= today THEN a ELSE b END",
    r"CREATE TEMP MACRO short_birth(t, today) AS CASE"
    r"  WHEN regexp_full_match(t, '\d{6}') THEN not_ahead(CAST(try_strptime('20' || t, '%Y%m%d') AS DATE),"
    r"    CAST(try_strptime('19' || t, '%Y%m%d') AS DATE), today)"
    r"  WHEN regexp_full_match(tidy_date(t), '\d{2}-\d{1,2}-\d{1,2}') THEN"
    r"    not_ahead(CAST(try_strptime('20' || tidy_date(t), '%Y-%m-%d') AS DATE),"
    r"      CAST(try_strptime('19' || tidy_date(t), '%Y-%m-%d') AS DATE), today) END",
    r"CREATE TEMP MACRO counted_birth(t) AS CASE WHEN regexp_full_match(t, '1\d{4}')"
    r"  THEN DATE '1899-12-30' + CAST(t AS INTEGER) END",
    r"CREATE TEMP MACRO in_a_life(d, today) AS CASE WHEN d BETWEEN DATE '1900-01-01' AND today THEN d END",
    r"CREATE TEMP MACRO born_of(t, read, today) AS"
    r"  in_a_life(coalesce(short_birth(t, today), counted_birth(t), read), today)",
    r"CREATE TEMP MACRO phone_of(t) AS CASE WHEN t = '' THEN NULL"
    r"  ELSE phone_in(regexp_replace(regexp_replace(t, '\.0+$', ''), '[^0-9+]+', '', 'g')) END",
)


class _Patient:
    """The engine, which tries again with more room when a statement needs it."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._rooms, self._widened = iter(ROOMS), False
        self.register, self.unregister, self.close = engine.register, engine.unregister, engine.close

    def execute(self, query: str) -> Any:
        return self.patiently(lambda: self._engine.execute(query))

    def patiently[Answer](self, ask: Callable[[], Answer]) -> Answer:
        """Ask until there is room enough, or no more to give."""
        import duckdb

        while True:
            try:
                return ask()
            except duckdb.OutOfMemoryException:
                room = next(self._rooms, None)
                if room is None:
                    raise
                self._engine.execute(f"SET memory_limit = '{room}'")
                self._widened = True

    def thrifty(self) -> None:
        """Take back the room that was given, if it is free: the next statement may do with less."""
        import duckdb

        if self._widened:
            with suppress(duckdb.OutOfMemoryException):
                self._engine.execute(f"SET memory_limit = '{MEMORY}'")
                self._rooms, self._widened = iter(ROOMS), False


class Staging:
    """Tables of DuckDB in a file below `folder` that is thrown away; `raw` holds the cells as they were written."""

    def __init__(self, folder: Path) -> None:
        self.place = folder

    def __enter__(self) -> Self:
        import duckdb

        # The machine's own allocator gives back what a block of rows took; arrow's keeps it for the next.
        pa.set_memory_pool(pa.system_memory_pool())
        self.place.mkdir(parents=True, exist_ok=True)
        _clear(self.place)
        self.folder = Path(tempfile.mkdtemp(prefix=f"rows-{os.getpid()}-", dir=self.place))
        engine = duckdb.connect(
            self.folder / "rows",
            config={
                "memory_limit": MEMORY, "threads": 2, "temp_directory": str(self.folder),
                # What is freed goes back to the machine at once, not when much of it has gathered.
                "allocator_flush_threshold": "1MB", "allocator_bulk_deallocation_flush_threshold": "1MB",
                "force_compression": "uncompressed",  # thrown away in a minute: packing it takes longer than writing it
                "autoinstall_known_extensions": False, "autoload_known_extensions": False,  # nothing is downloaded
            },
        )  # fmt: skip
        self.engine: Any = _Patient(engine)
        self.engine.execute("SET enable_progress_bar = false")  # it would be drawn into our answer
        # Tidying up at the end would take memory for what is thrown away.
        self.engine.execute("PRAGMA disable_checkpoint_on_shutdown")
        for macro in (*amounts.MACROS, *dates.MACROS, *TEXTS):
            self.engine.execute(macro)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything, at the latest when it is left."""
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, table: Table, progress: Progress) -> None:
        """Take in the rows of the table but for blank ones. Raises CannotRead where it stops being a table."""
        names = names_of(len(table.headings))
        columns = ", ".join(f"{name} {'BIGINT' if name == 'row' else 'VARCHAR'}" for name in names)
        self.engine.execute(f"CREATE TABLE raw ({columns})")
        filled = " OR ".join(f"trim({name}) <> ''" for name in names[1:])
        for batch in ahead(table.batches()):
            self.engine.register("coming", pa.Table.from_batches([batch]))
            self.engine.execute(f"INSERT INTO raw SELECT * FROM coming WHERE {filled}")  # noqa: S608 -- our own names
            self.engine.unregister("coming")
            progress("reading", table.read(), table.size)

    def make(self, name: str, query: str) -> None:
        """Keep the answer to a query as a table."""
        self.engine.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
        self.engine.thrifty()

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row of the answer."""
        row: tuple[Any, ...] | None = self.engine.execute(query).fetchone()
        assert row is not None
        return row

    def batches(self, query: str, rows: int) -> Iterator[pa.Table]:
        """The answer in arrow tables of at most `rows` rows."""

        def begun() -> tuple[pa.RecordBatch | None, Iterator[pa.RecordBatch]]:
            answer = iter(self.engine.execute(query).to_arrow_reader(rows))
            return next(answer, None), answer

        first, answer = self.engine.patiently(begun)
        if first is not None:
            yield pa.Table.from_batches([first])
        for batch in ahead(answer):
            yield pa.Table.from_batches([batch])


def _clear(folder: Path) -> None:
    """Throw away what killed imports left; one that is still running keeps its own."""
    for left in folder.glob("rows-*"):
        if not _running(int(left.name.split("-")[1])):
            shutil.rmtree(left, ignore_errors=True)


def _running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
