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
from urllib.parse import unquote_plus

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.web_logs.robots import ROBOTS, left_out

# Headings that files of contacts have, whatever language somebody speaks: a profile finds them again.
HEADINGS = ["customer", "time", "kind", "touchpoint", "minutes", "campaign", "text", "ref"]
PAUSE = 30 * 60  # seconds without a request, after which a visit is over
PAGES = 8  # pages of a visit that are named
ENOUGH = "256MB"
TOGETHER = 40_000  # requests written down by one statement
RULES = "/robots.txt"  # where a house says what a program may read
CAMPAIGN, LONGEST = r"(?:^|&)utm_campaign=(?P<name>[^&]+)", 120
BROWSER = "hash(CASE WHEN mark <> '' THEN mark ELSE concat_ws(chr(31), host, agent) END)"
# Whoever asks what a program may read is one, whatever name it gives itself.
LEFT = "browser IN (SELECT browser FROM asked)"
NUMBERED = f"""
    CREATE TEMP TABLE numbered AS
    WITH kept AS (SELECT *, coalesce(moment - lag(moment) OVER one > {PAUSE}, true)
          OR coalesce(person <> '' AND person <> last_value(nullif(person, '') IGNORE NULLS) OVER (PARTITION BY browser
            ORDER BY moment, row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS fresh
        FROM hits WHERE NOT {LEFT} WINDOW one AS (PARTITION BY browser ORDER BY moment, row))
    SELECT *, sum(CAST(fresh AS INTEGER)) OVER (PARTITION BY browser ORDER BY moment, row ROWS UNBOUNDED PRECEDING)
      AS visit FROM kept"""  # noqa: S608 -- our own names
VISITS = """
    CREATE TEMP TABLE visits AS
    WITH met AS (SELECT mark, min(nullif(person, '')) AS person FROM hits WHERE mark <> '' GROUP BY mark
        HAVING count(DISTINCT nullif(person, '')) = 1),
    each AS (SELECT browser, visit, max(mark) AS mark, min(row) AS row, min(moment) AS moment,
        (max(moment) - min(moment)) / 60.0 AS minutes, count(*) AS pages, max(nullif(person, '')) AS person
        FROM numbered GROUP BY browser, visit)
    SELECT each.* EXCLUDE (mark, person), coalesce(each.person, met.person, '') AS person
    FROM each LEFT JOIN met USING (mark)"""
# What was read is put together for those alone who are known: of ten visits nine are of nobody.
KNOWN = f"""
    WITH read AS (SELECT numbered.*, row_number() OVER (PARTITION BY browser, visit, path ORDER BY moment, row) AS again
        FROM numbered SEMI JOIN (FROM visits WHERE person <> '') USING (browser, visit)),
    told AS (SELECT browser, visit, coalesce(arg_min(campaign, row) FILTER (campaign <> ''), '') AS campaign,
        array_to_string((list(path ORDER BY moment, row) FILTER (again = 1))[:{PAGES}], ' · ') AS named
        FROM read GROUP BY browser, visit)
    SELECT row, moment, minutes, pages, person, campaign, named
    FROM visits JOIN told USING (browser, visit) ORDER BY row"""  # noqa: S608 -- our own names


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
        self._coming: list[pa.Table] = []

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
        # Tidying up at the end would take time for what is thrown away.
        self.engine.execute("PRAGMA disable_checkpoint_on_shutdown")
        self.engine.execute(
            "CREATE TEMP TABLE hits (row BIGINT, moment BIGINT, browser UBIGINT, mark VARCHAR, person VARCHAR,"
            " path VARCHAR, campaign VARCHAR); CREATE TEMP TABLE asked (browser UBIGINT)"
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
        read, asks = pc.equal(why, ""), pc.equal(hits["path"], RULES)
        wanted = pa.table({
            **{name: hits[name] for name in ("row", "moment", "host", "agent", "mark", "user", "path")},
            "campaign": _campaigns(hits["query"].combine_chunks()), "read": read, "asks": asks,
        })  # fmt: skip
        self._coming.append(wanted.filter(pc.or_(read, asks)))
        if sum(one.num_rows for one in self._coming) >= TOGETHER:
            self._write_down()

    def _write_down(self) -> None:
        if not self._coming:
            return
        self.engine.register("coming", pa.concat_tables(self._coming))
        self._coming.clear()
        self.engine.execute(f"INSERT INTO asked SELECT DISTINCT {BROWSER} FROM coming WHERE asks")  # noqa: S608
        self.engine.execute(
            f'INSERT INTO hits SELECT row, moment, {BROWSER}, mark, "user", path, campaign FROM coming WHERE read'  # noqa: S608
        )
        self.engine.unregister("coming")

    def visits(self, rows: int) -> Iterator[pa.RecordBatch]:
        """The visits of somebody who is known, in the order of the file; the others are counted."""
        self._write_down()
        (robots,) = self.engine.execute(f"SELECT count(*) FROM hits WHERE {LEFT}").fetchone()  # noqa: S608
        self.counted.left_out[ROBOTS] += robots
        self.engine.execute(NUMBERED)
        self.engine.execute(VISITS)
        self.counted.visits, self.counted.known = self.engine.execute(
            "SELECT count(*), count(*) FILTER (person <> '') FROM visits"
        ).fetchone()
        yield from self.engine.execute(KNOWN).to_arrow_reader(rows)


def _campaigns(queries: pa.StringArray) -> pa.StringArray:
    """The campaign that each query names, "" for none; what is written often is looked at once."""
    coded = queries.dictionary_encode()
    told = pc.struct_field(pc.extract_regex(coded.dictionary, CAMPAIGN), "name").to_pylist()
    return pa.array([_plain(one) if one else "" for one in told], pa.string()).take(coded.indices)


def _plain(written: str) -> str:
    """What an address says, as people write it: without what no store keeps, cut at what a campaign's name may be."""
    said = unquote_plus(written, errors="replace")
    return "".join(letter for letter in said if letter.isprintable())[:LONGEST]
