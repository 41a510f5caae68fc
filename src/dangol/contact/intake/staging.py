"""One file's rows beside the store while they are checked: memory stays flat and the store is not held up."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from dangol.contact.intake import amounts, dates
from dangol.contact.intake.tables import Table, names_of
from dangol.lib.progress import Progress

MEMORY = "256MB"
TEXTS = (
    # A number that a spreadsheet wrote as a fraction is the number: 17850.0 → 17850.
    r"CREATE TEMP MACRO code_of(t) AS nullif(regexp_replace(trim(t), '^(\d+)\.0+$', '\1'), '')",
    # Mobile numbers with or without the leading 0 that a spreadsheet ate, in E.164.
    r"CREATE TEMP MACRO korean_mobile(d) AS CASE"
    r"  WHEN regexp_full_match(d, '(\+?82)?0?1[016789]\d{7,8}')"
    r"  THEN '+82' || ltrim(regexp_replace(d, '^\+?82', ''), '0') END",
)


class Staging:
    """Tables of DuckDB that spill into `folder` and are thrown away; `raw` holds the cells as they were written."""

    def __init__(self, folder: Path) -> None:
        self.place = folder

    def __enter__(self) -> Self:
        import duckdb

        self.place.mkdir(parents=True, exist_ok=True)
        _clear(self.place)
        self.folder = Path(tempfile.mkdtemp(prefix=f"rows-{os.getpid()}-", dir=self.place))
        self.engine = duckdb.connect(
            config={
                "memory_limit": MEMORY, "threads": 2, "temp_directory": str(self.folder),
                "autoinstall_known_extensions": False, "autoload_known_extensions": False,  # nothing is downloaded
            },
        )  # fmt: skip
        for macro in (*amounts.MACROS, *dates.MACROS, *TEXTS):
            self.engine.execute(macro)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, table: Table, progress: Progress) -> None:
        """Take in the rows of the table but for blank ones. Raises CannotRead where it stops being a table."""
        names = names_of(len(table.headings))
        columns = ", ".join(f"{name} {'BIGINT' if name == 'row' else 'VARCHAR'}" for name in names)
        self.engine.execute(f"CREATE TEMP TABLE raw ({columns})")
        filled = " OR ".join(f"trim({name}) <> ''" for name in names[1:])
        for batch in table.batches():
            self.engine.register("coming", pa.Table.from_batches([batch]))
            self.engine.execute(f"INSERT INTO raw SELECT * FROM coming WHERE {filled}")  # noqa: S608 -- our own names
            self.engine.unregister("coming")
            progress("reading", table.read(), table.size)

    def make(self, name: str, query: str) -> None:
        """Keep the answer to a query as a table."""
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row of the answer."""
        row: tuple[Any, ...] | None = self.engine.execute(query).fetchone()
        assert row is not None
        return row

    def batches(self, query: str, rows: int) -> Iterator[pa.Table]:
        """The answer in arrow tables of at most `rows` rows."""
        for batch in self.engine.execute(query).to_arrow_reader(rows):
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
