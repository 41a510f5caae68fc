"""The forms in which an extract is written: CSV that spreadsheets open, a workbook, Parquet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

import pyarrow as pa

from dangol.records.outbox.models import Extract
from dangol.web.imports.extracted import Content
from dangol.web.shell import taking_away

PART = 20_000
TYPES = {"number": pa.float64(), "text": pa.string()}


def write(path: Path, form: str, content: Content) -> int:
    """Write the rows into a file, a part at a time; how many there were."""
    counted = _Counted(content.rows)
    if form == Extract.Form.CSV:
        with path.open("w", encoding="utf-8", newline="") as into:
            into.writelines(taking_away.as_csv(content.heads, counted, ""))
    elif form == Extract.Form.XLSX:
        with taking_away.as_xlsx(content.heads, counted, "") as book, path.open("wb") as into_:
            book.seek(0)
            shutil.copyfileobj(book, into_)
    else:
        _parquet(path, content, counted)
    return counted.count


def _parquet(path: Path, content: Content, rows: Iterator[Any]) -> None:
    import pyarrow.parquet as pq

    schema = pa.schema([(name, TYPES[kind]) for name, kind in zip(content.heads, content.kinds, strict=True)])
    with pq.ParquetWriter(path, schema) as writer:
        for part in batched(rows, PART):
            columns = zip(*part, strict=True)
            arrays = [_array(list(column), field) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    """Numbers as numbers; what is not known is null."""
    if field.type == pa.float64():
        return pa.array([float(one) if isinstance(one, int | float) else None for one in values], field.type)
    return pa.array([None if one in (None, "") else str(one) for one in values], field.type)


class _Counted(Iterator[Any]):
    """Rows that say afterwards how many they were."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows, self.count = iter(rows), 0

    def __next__(self) -> Any:
        row = next(self._rows)
        self.count += 1
        return row
