"""Files of a fact: one a month, written in one pass whatever the order of the rows.

A month that only gets more rows gets a file more, so that a day costs what a day brings; before they become many they
are written together again. Packing rows takes about as long as reading them: each has a thread.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dangol.insight.warehouse.versions import LakeFile, sealed

ROW_GROUP = 131_072
HELD = 1_000_000  # rows in memory over all months, at most
BESIDE = 8  # files of a month, at most
SEALED = 2  # files brought to the disk at once: one waits for the disk while the other is summed up

type Touched = Mapping[str, Sequence[tuple[int, int]]]  # column → key ranges in order, that do not overlap
type Written = list[tuple[Path, int]]  # files with the number of their rows
# old files, the file of new rows, the key, what was touched → what the month now consists of
type Join = Callable[[Sequence[Path], Path, str, Touched], Written]


class MonthFiles:
    """Takes rows of any months and leaves a Parquet file of each, in memory of about HELD rows.

    Rows are written while the next ones are taken; what goes wrong there is raised by the next call.

    join: how a month that had files before comes by its new ones, on this machine or on a cluster.
    """

    def __init__(self, lake: Path, fact: str, version: str, schema: pa.Schema, *, join: Join | None = None) -> None:
        self._join = join or joined
        self.lake, self.fact, self.version, self.schema = lake, fact, version, schema
        self.rows: dict[str, int] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._held: dict[str, int] = {}
        self._beside = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, table: pa.Table) -> None:
        """Take rows with a column `day`."""
        days = table["day"].combine_chunks().dictionary_encode(null_encoding="encode")
        months = days.dictionary.to_numpy(zero_copy_only=False).astype("datetime64[M]")  # of the few different days
        found = np.unique(months)
        for month in found:
            mine = table if len(found) == 1 else table.filter(pa.array(months == month).take(days.indices))
            self._take(str(month), mine)
        if sum(self._held.values()) > HELD:
            for month in list(self._waiting):
                self._write(month)

    def close(
        self, old: Mapping[str, Sequence[LakeFile]], *, key: str, touched: Touched | None = None
    ) -> list[LakeFile]:
        """Finish the files; a month that had files before gets their rows too, new rows taking the place of old.

        Old rows that lie in a touched range were read anew: those that did not come are no longer in the records,
        and go, from months too that got no new row. A file without rows is a month that was emptied.
        """
        for month in list(self._waiting):
            self._write(month)
        self._wait()
        self._beside.shutdown()
        for one in self._writers.values():
            one.close()
        touched = touched or {}
        more = {month for month in self.rows if self._only_adds(month, old.get(month, ()), key, touched)}
        for month in sorted(old.keys() - self._writers.keys()):
            if any(holds(self.lake / file.path, touched) for file in old[month]):
                self.path(month).parent.mkdir(parents=True, exist_ok=True)
                writer(self.path(month), self.schema).close()
                self.rows[month] = 0
        standing = [file for month in sorted(more) for file in old[month]]
        whole = [
            one
            for month in sorted(self.rows)
            for one in self._whole(month, () if month in more else old.get(month, ()), key, touched)
        ]
        with ThreadPoolExecutor(SEALED) as pool:
            return [*standing, *pool.map(lambda one: sealed(self.lake, one[1], month=one[0], rows=one[2]), whole)]

    def abandon(self) -> None:
        """Let go of half-written files; the next refresh sweeps them away."""
        self._beside.shutdown()
        for writer in self._writers.values():
            with suppress(OSError):
                writer.close()

    def path(self, month: str) -> Path:
        return self.lake / self.fact / f"month={month}" / f"part-{self.version}.parquet"

    def _take(self, month: str, table: pa.Table) -> None:
        self._waiting.setdefault(month, []).append(table)
        self._held[month] = self._held.get(month, 0) + table.num_rows
        self.rows[month] = self.rows.get(month, 0) + table.num_rows
        if self._held[month] >= ROW_GROUP:
            self._write(month)

    def _write(self, month: str) -> None:
        table = pa.concat_tables(self._waiting.pop(month))
        self._held[month] = 0
        self._wait()
        self._writing = self._beside.submit(self._put, month, table)

    def _wait(self) -> None:
        """Until what was given to the thread is written."""
        if self._writing is not None:
            self._writing.result()

    def _put(self, month: str, table: pa.Table) -> None:
        if month not in self._writers:
            self.path(month).parent.mkdir(parents=True, exist_ok=True)
            self._writers[month] = writer(self.path(month), self.schema)
        self._writers[month].write_table(table, row_group_size=ROW_GROUP)

    def _whole(
        self, month: str, old: Sequence[LakeFile], key: str, touched: Touched
    ) -> list[tuple[str, Path, int]]:  # fmt: skip
        """The files of a month with their rows, the old ones joined in."""
        path = self.path(month)
        if not old:
            return [(month, path, self.rows[month])]
        written = self._join([self.lake / file.path for file in old], path, key, touched)
        return [(month, one, rows) for one, rows in written]

    def _only_adds(self, month: str, old: Sequence[LakeFile], key: str, touched: Touched) -> bool:
        """Whether the month's old files stay as they are: none of their rows was touched, none of their keys came."""
        if not 0 < len(old) < BESIDE:
            return False
        first, last = _bounds(self.path(month), key)
        if first is None:
            return False
        came = {key: [(first, last)]}
        paths = [self.lake / file.path for file in old]
        return not any(holds(path, touched) or holds(path, came) for path in paths)


def _bounds(path: Path, column: str) -> tuple[Any, Any]:
    """The least and the greatest of a column of a file; None where it does not tell."""
    with pq.ParquetFile(path) as file:
        at = file.schema_arrow.get_field_index(column)
        told = [file.metadata.row_group(group).column(at).statistics for group in range(file.num_row_groups)]
    if not told or any(one is None or not one.has_min_max for one in told):
        return None, None
    return min(one.min for one in told), max(one.max for one in told)


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file that DuckDB and Spark read alike, small and quick to write."""
    texts = [field.name for field in schema if field.type == pa.string()]
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, use_dictionary=texts)


def joined(old: Sequence[Path], path: Path, key: str, touched: Touched) -> Written:
    """Add to the file the rows of the old ones that it does not hold and no touched range covers."""
    fresh = pq.read_table(path, partitioning=None)
    whole = path.with_name(path.name + ".part")
    rows = fresh.num_rows
    with writer(whole, fresh.schema) as out:
        for source in old:
            for batch in pq.ParquetFile(source).iter_batches(ROW_GROUP):
                again = pc.is_in(batch[key], fresh[key].combine_chunks())
                rest = batch.filter(pc.invert(pc.or_(again, covered(batch, touched))))
                rows += rest.num_rows
                out.write_batch(rest)
        out.write_table(fresh)
    whole.replace(path)
    return [(path, rows)]


def covered(rows: pa.RecordBatch, touched: Touched) -> pa.Array:
    """Which rows lie in a touched range."""
    found = np.zeros(rows.num_rows, bool)
    for column, ranges in touched.items():
        keys = rows[column].fill_null(-1).to_numpy(zero_copy_only=False)
        firsts, lasts = np.array(ranges).T
        place = np.searchsorted(firsts, keys, side="right") - 1  # the last range that begins at or before each key
        found |= (place >= 0) & (keys <= lasts[place])
    return pa.array(found)


def holds(path: Path, touched: Touched) -> bool:
    """Whether a row of the file lies in a touched range; only row groups whose bounds say so are read."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            if not any(_reaches(file, group, column, ranges) for column, ranges in touched.items()):
                continue
            rows = file.read_row_group(group, columns=list(touched)).combine_chunks()
            if any(pc.any(covered(batch, touched)).as_py() for batch in rows.to_batches()):
                return True
    return False


def _reaches(file: pq.ParquetFile, group: int, column: str, ranges: Sequence[tuple[int, int]]) -> bool:
    bounds = file.metadata.row_group(group).column(file.schema_arrow.get_field_index(column)).statistics
    if bounds is None or not bounds.has_min_max:
        return True
    return any(first <= bounds.max and last >= bounds.min for first, last in ranges)
