"""Files of a fact: one a month, written in one pass whatever the order of the rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dangol.insight.warehouse.versions import LakeFile, sealed

ROW_GROUP = 131_072
HELD = 1_000_000  # rows in memory over all months, at most


class MonthFiles:
    """Takes rows of any months and leaves one Parquet file a month, in memory of about HELD rows."""

    def __init__(self, lake: Path, fact: str, version: str, schema: pa.Schema) -> None:
        self.lake, self.fact, self.version, self.schema = lake, fact, version, schema
        self.rows: dict[str, int] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._held: dict[str, int] = {}

    def add(self, table: pa.Table) -> None:
        """Take rows with a column `day`."""
        months = table["day"].to_numpy().astype("datetime64[M]")
        for month in np.unique(months):
            mine = months == month
            self._take(str(month), table if mine.all() else table.filter(pa.array(mine)))
        if sum(self._held.values()) > HELD:
            for month in list(self._waiting):
                self._write(month)

    def close(self, old: Mapping[str, Sequence[LakeFile]], *, key: str) -> list[LakeFile]:
        """Finish the files; a month that had files before gets their rows too, new rows taking the place of old."""
        for month in list(self._waiting):
            self._write(month)
        for writer in self._writers.values():
            writer.close()
        return [self._finished(month, old.get(month, ()), key) for month in sorted(self._writers)]

    def abandon(self) -> None:
        """Let go of half-written files; the next refresh sweeps them away."""
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
        if month not in self._writers:
            self.path(month).parent.mkdir(parents=True, exist_ok=True)
            self._writers[month] = writer(self.path(month), self.schema)
        self._writers[month].write_table(pa.concat_tables(self._waiting.pop(month)), row_group_size=ROW_GROUP)
        self._held[month] = 0

    def _finished(self, month: str, old: Sequence[LakeFile], key: str) -> LakeFile:
        path, count = self.path(month), self.rows[month]
        if old:
            count += merge([self.lake / file.path for file in old], path, key=key)
        return sealed(self.lake, path, month=month, rows=count)


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file that DuckDB and Spark read alike, small and quick to write."""
    texts = [field.name for field in schema if field.type == pa.string()]
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, use_dictionary=texts)


def merge(old: Sequence[Path], path: Path, *, key: str) -> int:
    """Add to the file the rows of the old ones whose key it does not hold; return how many."""
    fresh = pq.read_table(path, partitioning=None)
    whole = path.with_name(path.name + ".part")
    kept = 0
    with writer(whole, fresh.schema) as out:
        for source in old:
            for batch in pq.ParquetFile(source).iter_batches(ROW_GROUP):
                rest = batch.filter(pc.invert(pc.is_in(batch[key], fresh[key].combine_chunks())))
                kept += rest.num_rows
                out.write_batch(rest)
        out.write_table(fresh)
    whole.replace(path)
    return kept
