"""Months of a fact joined by a Spark cluster: as `months.joined` does it, shared out, in files of a bearable size.

Called by: refresh, where the engine is Spark. The workers write into the lake's folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dangol.insight.warehouse.cluster import Cluster
from dangol.insight.warehouse.months import Join, Touched, Written
from dangol.insight.warehouse.versions import JOINING

ROWS_A_FILE = 10_000_000
ROW_GROUP = 16 << 20  # bytes; small enough for two threads of one machine to share a file


def join_on(url: str) -> Join:
    """What joins months on the cluster of this address."""

    def joined(old: Sequence[Path], path: Path, key: str, touched: Touched) -> Written:
        cluster = Cluster(url)
        with cluster.asked():
            return _joined(cluster.session, old, path, key, touched)

    return joined


def _joined(session: Any, old: Sequence[Path], path: Path, key: str, touched: Touched) -> Written:
    fresh, before = (session.read.parquet(*map(str, files)) for files in ([path], old))
    rest = before.join(fresh.select(key), key, "left_anti").select(*fresh.columns)
    for condition in _covered(touched):
        rest = rest.where(f"NOT coalesce({condition}, false)")
    rows = rest.unionByName(fresh)
    parts = 1 + sum(pq.read_metadata(one).num_rows for one in [*old, path]) // ROWS_A_FILE
    # in the order of the key, so that who looks for a range of keys reads few row groups
    rows = rows.coalesce(1) if parts == 1 else rows.repartitionByRange(parts, key)
    folder = path.with_suffix(JOINING)
    rows.sortWithinPartitions(key).write.option("compression", "zstd").option("parquet.block.size", ROW_GROUP).parquet(
        str(folder), mode="overwrite"
    )
    return _moved(folder, path)


def _covered(touched: Touched) -> list[str]:
    """The conditions under which a row was read anew: our own names and numbers."""
    return [
        " OR ".join(f"`{column}` BETWEEN {first:d} AND {last:d}" for first, last in ranges)
        for column, ranges in touched.items()
        if ranges
    ]


def _moved(folder: Path, path: Path) -> Written:
    """What the workers wrote, in the place of the new rows alone."""
    parts = sorted(folder.glob("part-*.parquet"))
    found = [(path.with_name(f"part-{number:04d}-{path.name.removeprefix('part-')}"), part)
             for number, part in enumerate(parts)]  # fmt: skip
    for place, part in found:
        part.replace(place)
    if found:
        path.unlink()
    shutil.rmtree(folder)
    counted = [(place, pq.read_metadata(place).num_rows) for place in [one for one, _part in found] or [path]]
    return [one for one in counted if one[1]] or counted[:1]
