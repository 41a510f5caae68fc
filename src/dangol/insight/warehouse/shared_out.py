"""Work on rows, each for itself, that a cluster's workers may do: a fitted estimator scores customers.

The work takes a table and gives a number or several for each row, in their order. It is sent to the workers with the
code of Dangol that it needs, so they need numpy, scipy and pyarrow only. Called by: the engines, and on the workers
themselves. Must never know: Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pyarrow as pa

import dangol
from dangol.lib.errors import DangolError

type Work = Callable[[pa.Table], pa.Table]
type SharedOut = Callable[[Work, pa.Table, Sequence[str]], pa.Table]

ROW, REFUSED = "_row", -1
ROOMS = ("lib", "insight")  # what work may be made of


def at_once(work: Work, rows: pa.Table, makes: Sequence[str]) -> pa.Table:
    """The numbers `makes` that work gives of the rows, on this machine."""
    return work(rows).select(list(makes))


def numbered(rows: pa.Table) -> pa.Table:
    """The rows, each with its place, so that they can be put in order again."""
    return rows.append_column(ROW, pa.array(np.arange(rows.num_rows)))


def columns_of(makes: Sequence[str]) -> pa.Schema:
    """What comes back of each row."""
    return pa.schema([(ROW, pa.int64()), *((name, pa.float64()) for name in makes)])


def in_order(found: pa.Table) -> pa.Table | None:
    """The answers in the order of the rows that were numbered; None where a worker was refused."""
    found = found.sort_by(ROW)
    refused = found.num_rows > 0 and found[ROW][0].as_py() == REFUSED
    return None if refused else found.drop(ROW)


@dataclass(frozen=True)
class Batches:
    """What a worker does: one batch after the other."""

    work: Work
    makes: tuple[str, ...]

    def done(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The numbers of each batch, with the places of its rows; a single row at place REFUSED where it refuses."""
        schema = columns_of(self.makes)
        for batch in batches:
            rows = pa.Table.from_batches([batch])
            try:
                made = at_once(self.work, rows.drop(ROW), self.makes)
            except DangolError:
                # Said by whoever asked, in its own words and of all rows.
                nothing = [pa.nulls(1, pa.float64()) for _name in self.makes]
                yield pa.record_batch([pa.array([REFUSED]), *nothing], schema=schema)
                return
            yield from made.add_column(0, ROW, rows[ROW]).cast(schema).combine_chunks().to_batches()


def packed(path: Path) -> Path:
    """Write the code that work is made of into an archive that Python reads modules from."""
    package = Path(str(dangol.__file__)).parent
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(package / "__init__.py", "dangol/__init__.py")
        for room in ROOMS:
            for source in sorted((package / room).rglob("*.py")):
                archive.write(source, source.relative_to(package.parent))
    return path
