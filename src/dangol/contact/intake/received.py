"""A file as it waits to be taken in: its rows in a format of our own, already without what may not be kept.

What a browser uploads is read once, written down like this, and thrown away; so no resident number of it lies in the
home for longer than the reading, and looking at it, trying it and taking it in need not read a workbook three times.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from dangol.contact.intake.tables import ROWS, Table, Unreadable, names_of
from dangol.contact.intake.tables import opened as opened_as_it_came
from dangol.contact.intake.text_files import no_text
from dangol.lib.progress import Progress, silent

MAGIC = b"PAR1"
TOLD = b"dangol"
KEYS = {
    "headings", "headings_at", "encoding", "samples", "rows", "broken", "digest", "unreadable", "notes", "reasons",
}  # fmt: skip


def receive(path: Path, into: Path, *, today: date, progress: Progress = silent) -> None:
    """Write what is in a file into another, without resident numbers. Raises CannotRead, as reading it would."""
    import pyarrow.parquet as parquet

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    table = opened_as_it_came(path, today=today)
    names = names_of(len(table.headings))
    schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in names])
    rows = 0
    with parquet.ParquetWriter(into, schema, compression="zstd") as writer:
        for batch in table.batches():
            writer.write_batch(batch)
            rows += batch.num_rows
            progress("reading", table.read(), table.size)
        told = {
            "headings": table.headings, "headings_at": table.headings_at, "encoding": table.encoding,
            "samples": table.samples, "rows": rows, "broken": table.broken, "digest": digest,
            "unreadable": asdict(table.unreadable), "notes": table.notes(), "reasons": table.reasons,
        }  # fmt: skip
        writer.add_key_value_metadata({TOLD.decode(): json.dumps(told, ensure_ascii=False)})


def is_one(path: Path) -> bool:
    """Whether it is one of ours, not what somebody else wrote in the same format."""
    return _told(path) is not None


def _told(path: Path) -> dict[str, Any] | None:
    import pyarrow.parquet as parquet

    try:
        told = json.loads((parquet.read_metadata(path).metadata or {})[TOLD])
        names = names_of(len(told["headings"]))
        return told if parquet.read_schema(path).names == names and told.keys() >= KEYS else None
    except (pa.ArrowInvalid, OSError, KeyError, ValueError, TypeError):
        return None


def opened(path: Path) -> Table:
    """The table in such a file. Raises CannotRead."""
    told = _told(path)
    if told is None:
        raise no_text(path)
    reading = _Reading(path)
    return Table(
        told["headings"], told["headings_at"], told["encoding"], told["samples"], told["rows"], reading.batches,
        lambda: reading.position, [(row, cells) for row, cells in told["broken"]], Unreadable(**told["unreadable"]),
        told["digest"], lambda: told["notes"], {int(row): why for row, why in told["reasons"].items()},
    )  # fmt: skip


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path, self.position = path, 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as parquet

        with parquet.ParquetFile(self.path) as file:
            batch: Any
            for batch in file.iter_batches(ROWS):
                self.position += batch.num_rows
                yield batch
