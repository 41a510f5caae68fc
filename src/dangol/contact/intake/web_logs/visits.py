"""Requests put together to visits, beside the store: what one browser read without half an hour's pause
and without somebody else signing in.

A browser is told by its mark (a cookie) where the log keeps one, else by address and program; neither is kept. A visit
belongs to whoever signed in during it, or with the same mark anywhere in the file.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.web_logs.robots import ROBOTS, left_out

PAUSE = 30 * 60  # seconds without a request, after which a visit is over
PAGES = 8  # pages of a visit that are named
ENOUGH = "256MB"
# Whoever asks what a program may read is one, whatever name it gives itself.
LEFT = "browser IN (SELECT browser FROM asked)"
VISITS = f"""
    WITH kept AS (SELECT *, coalesce(moment - lag(moment) OVER one > {PAUSE}, true)
          OR coalesce(person <> '' AND person <> last_value(nullif(person, '') IGNORE NULLS) OVER (PARTITION BY browser
            ORDER BY moment, row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS fresh
        FROM hits WHERE NOT {LEFT} WINDOW one AS (PARTITION BY browser ORDER BY moment, row)),
    numbered AS (SELECT *, sum(CAST(fresh AS INTEGER)) OVER (PARTITION BY browser ORDER BY moment, row
        ROWS UNBOUNDED PRECEDING) AS visit FROM kept),
    read AS (SELECT *, row_number() OVER (PARTITION BY browser, visit, path ORDER BY moment, row) AS again
        FROM numbered),
    met AS (SELECT mark, min(nullif(person, '')) AS person FROM hits WHERE mark <> '' GROUP BY mark
        HAVING count(DISTINCT nullif(person, '')) = 1)
    SELECT min(row) AS row, min(moment) AS moment, (max(moment) - min(moment)) / 60.0 AS minutes, count(*) AS pages,
      coalesce(max(nullif(read.person, '')), max(met.person), '') AS person,
      coalesce(arg_min(nullif(campaign, ''), read.row) FILTER (campaign <> ''), '') AS campaign,
      array_to_string((list(path ORDER BY moment, row) FILTER (again = 1))[:{PAGES}], ' · ') AS named
    FROM read LEFT JOIN met USING (mark) GROUP BY browser, visit ORDER BY min(row)"""  # noqa: S608 -- our own names


@dataclass
class Counted:
    """What a log held: requests by why they were left out, and visits."""

    requests: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    known: int = 0


class Gathering:
    """Takes requests, gives visits; its rows lie in a file below `folder` that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self.place, self.counted = folder, Counted()

    def __enter__(self) -> Self:
        import duckdb

        self.place.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"rows-{os.getpid()}-", dir=self.place))
        self.engine: Any = duckdb.connect(
            self.folder / "hits",
            config={
                "memory_limit": ENOUGH, "threads": 1, "temp_directory": str(self.folder),
                "autoinstall_known_extensions": False, "autoload_known_extensions": False,
            },
        )  # fmt: skip
        self.engine.execute("SET enable_progress_bar = false")
        self.engine.execute(
            "CREATE TABLE hits (row BIGINT, moment BIGINT, browser UBIGINT, mark VARCHAR, person VARCHAR, path VARCHAR,"
            " campaign VARCHAR); CREATE TABLE asked (browser UBIGINT)"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def take(self, hits: pa.Table) -> None:
        """Take requests as `lines.parsed` gives them."""
        self.counted.requests += hits.num_rows
        why = left_out(hits)
        told = pc.value_counts(why)
        self.counted.left_out.update(
            {reason: number for reason, number in zip(told.field(0).to_pylist(), told.field(1).to_pylist(), strict=True)
             if reason}
        )  # fmt: skip
        self.engine.register("coming", hits.append_column("why", why))
        browser = "hash(CASE WHEN mark <> '' THEN mark ELSE concat_ws(chr(31), host, agent) END)"
        campaign = r"regexp_extract(query, '(?:^|&)utm_campaign=([^&]{1,120})', 1)"
        self.engine.execute(f"INSERT INTO asked SELECT DISTINCT {browser} FROM coming WHERE path = '/robots.txt'")  # noqa: S608
        self.engine.execute(
            f'INSERT INTO hits SELECT row, moment, {browser}, mark, "user", path, url_decode({campaign}) FROM coming'  # noqa: S608
            " WHERE why = ''"
        )
        self.engine.unregister("coming")

    def visits(self, rows: int) -> Iterator[pa.RecordBatch]:
        """The visits of somebody who is known, in the order of the file; the others are counted."""
        (robots,) = self.engine.execute(f"SELECT count(*) FROM hits WHERE {LEFT}").fetchone()  # noqa: S608
        self.counted.left_out[ROBOTS] += robots
        self.engine.execute(f"CREATE TABLE visits AS {VISITS}")
        self.counted.visits, self.counted.known = self.engine.execute(
            "SELECT count(*), count(*) FILTER (person <> '') FROM visits"
        ).fetchone()
        yield from self.engine.execute("SELECT * FROM visits WHERE person <> ''").to_arrow_reader(rows)
