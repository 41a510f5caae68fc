"""What a lake holds, read without the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dangol.insight.warehouse.versions import Manifest, current


def manifest_of(lake: Path) -> Manifest:
    """Return the manifest that stands."""
    manifest = current(lake)
    assert manifest is not None
    return manifest


def contents(lake: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, in an order of its own."""
    tables = {}
    for name, table in manifest_of(lake).tables.items():
        rows = [row for file in table.files for row in pq.read_table(lake / file.path, partitioning=None).to_pylist()]
        assert len(rows) == sum(file.rows for file in table.files)
        tables[name] = sorted(rows, key=str)
    return tables


def files(lake: Path, table: str) -> dict[str, str]:
    """Return the path of each month's file of a fact."""
    return {file.month: file.path for file in manifest_of(lake).tables[table].files}
