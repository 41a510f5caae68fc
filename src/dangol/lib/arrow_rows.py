"""Very many rows of numbers, days and plain words as Arrow columns: the store writes text, Arrow parses it.

A Python object a cell costs many times that. A word must hold no comma, quote or line break.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.csv
from django.db import connection

STRETCH = 50_000  # ids written into one text
BLOCK = 4_000_000  # bytes parsed at once


def arrow_rows(table: str, columns: Mapping[str, pa.DataType]) -> Iterator[pa.Table]:
    """Every row of a table that has ids, a part at a time, in any order."""
    names = ", ".join(f'"{name}"' for name in columns)
    texts = _copied(table, names) if connection.vendor == "postgresql" else _printed(table, names, len(columns))
    for text in texts:
        yield _parsed(text, columns)


def _printed(table: str, names: str, columns: int) -> Iterator[bytes]:
    """SQLite: one text for a stretch of ids; null is printed as nothing."""
    form = ",".join(["%%s"] * columns)
    told = f"group_concat(printf('{form}', {names}), char(10))"
    sql = f'SELECT {told} FROM "{table}" WHERE id BETWEEN %s AND %s'  # noqa: S608 -- our own names
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT min(id), max(id) FROM "{table}"')  # noqa: S608 -- our own name
        first, last = cursor.fetchone()
        while first is not None and first <= last:
            cursor.execute(sql, [first, first + STRETCH - 1])
            text = cursor.fetchone()[0]
            first += STRETCH
            if text:
                yield text.encode()


def _copied(table: str, names: str) -> Iterator[bytes]:
    """PostgreSQL: COPY hands over whole rows."""
    sql = f'COPY (SELECT {names} FROM "{table}") TO STDOUT (FORMAT csv)'  # noqa: S608 -- our own names
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        yield from _joined(copy)


def _joined(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    buffer = bytearray()
    for block in blocks:
        buffer += block
        if len(buffer) > BLOCK:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _parsed(text: bytes, columns: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.csv.read_csv(
        io.BytesIO(text),
        read_options=pa.csv.ReadOptions(column_names=list(columns), block_size=len(text) + 1, use_threads=False),
        convert_options=pa.csv.ConvertOptions(column_types=columns, null_values=[""]),
    )
