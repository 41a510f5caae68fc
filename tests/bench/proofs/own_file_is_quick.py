"""A file of one's own becomes a map

`dangol import transactions FILE --json` into a fresh home: read, checked, written, warehouse refreshed, everybody
valued. The file is a till's export in order of time, UTF-8 with Korean headings (receipt, customer, time, product,
quantity, discount, amount), of 50,000 customers over two years whose rates and spending differ. The rate of import
counts reading, checking and writing alone, as the import itself says.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, Measured, measured

MILLION, TENTH = 1_000_000, 100_000
GROWTH = 1.5  # memory at ten times the rows


def figures() -> list[Figure]:
    """A million lines, and a tenth of them to see that memory does not grow with the file."""
    small, large = _taken(TENTH), _taken(MILLION)
    seconds = _import_seconds(MILLION)
    growth = large.gigabytes / small.gigabytes
    return [
        Figure.at_most("1,000,000 lines imported and mapped", large.seconds, 90, "s", f"{large.working:.1f} s at work"),
        Figure("100,000 lines imported and mapped", small.seconds, "s", remark=f"{small.working:.1f} s at work"),
        Figure.equal("lines taken in", large.answer["accepted"], MILLION, "", f"of {large.answer['rows']:,}"),
        Figure.at_least("rows a second, read, checked and written", MILLION / seconds, 50_000, "", f"{seconds:.1f} s"),
        Figure("rows a second, to the map", MILLION / large.seconds),
        Figure.at_most("peak memory, 1,000,000 lines", large.gigabytes, 2.0, "GiB"),
        Figure("peak memory, 100,000 lines", small.gigabytes, "GiB"),
        Figure.at_most("memory at ten times the lines", growth, GROWTH, "×", "flat in the size of the file"),
    ]


def _taken(lines: int) -> Measured:
    file = homes.fresh(f"till-{lines}") / "till.csv"
    file.parent.mkdir()
    # In a process of its own: its memory is none of ours.
    measured([sys.executable, "-m", "tests.bench.till_export", str(lines), str(file)])
    home = homes.fresh(f"own-{lines}")
    return measured([DANGOL, "import", "transactions", str(file), "--json", "--home", str(home)])


def _import_seconds(lines: int) -> float:
    records: Path = homes.FOLDER / f"own-{lines}" / "records.sqlite3"
    with sqlite3.connect(f"file:{records}?mode=ro", uri=True) as store:
        sql = "SELECT seconds FROM intake_batch WHERE file_name = 'till.csv'"
        return float(store.execute(sql).fetchone()[0])
