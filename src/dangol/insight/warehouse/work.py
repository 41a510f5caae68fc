"""What one refresh knows, and counts, while it writes its files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from dangol.insight.warehouse.facts import Dimension, Fact
from dangol.insight.warehouse.stage_names import of_lake
from dangol.insight.warehouse.versions import LakeFile, Manifest, TableVersion
from dangol.lib.progress import Progress

FEW = 50_000  # rows: before so many are read, a connection of their own takes longer to open than they to come
RANGES = 200  # key ranges asked for in one statement
READ = "2"  # another word when the same SQL brings other rows: all is read anew then (2: no word is "", never "(NULL)")

type Ranges = dict[str, list[tuple[int, int]]]


@dataclass
class Work:
    """One refresh: where it writes, what stood before, what changed since, and the day on which it looks.

    `before` is None where everything is read anew; `known` is the version of which history is carried on, even then.
    `lost` are the tables whose history could not be.
    """

    lake: Path
    version: str
    before: Manifest | None
    known: Manifest | None
    ranges: Ranges
    today: date
    zone: ZoneInfo
    told: Progress
    months: int = 0
    rows: int = 0
    lost: set[str] = field(default_factory=set)

    def progress(self, stage: str, done: int, total: int, /) -> None:
        """Tell how far a stage of the refresh is."""
        self.told(of_lake(stage), done, total)

    def old(self, table: Fact | Dimension) -> TableVersion | None:
        """The table's files of the version before, unless its columns or the time zone have changed since."""
        found = self.before.tables.get(table.name) if self.before else None
        return found if found and found.shape == shape_of(table, self.zone) else None

    def table_version(self, table: Fact | Dimension, files: Iterable[LakeFile]) -> TableVersion:
        return TableVersion(shape_of(table, self.zone), self.today.isoformat(), tuple(files))

    def few(self, table: Fact | Dimension) -> bool:
        """Whether few rows of the table can have changed."""
        keys = (last - first + 1 for watched in table.watches for first, last in self.ranges.get(watched, ()))
        return sum(keys) < FEW

    def place(self, name: str) -> Path:
        """Where this version's only file of a table goes."""
        path = self.lake / name / f"{self.version}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def shape_of(table: Fact | Dimension, zone: ZoneInfo) -> str:
    """A word that changes with the table's columns, their source and the time zone: then it is read anew."""
    source = [READ, table.table, table.joins, zone.key, *map(str, table.columns)]
    return sha256("\n".join(source).encode()).hexdigest()[:16]


def touched(watches: Mapping[str, str], ranges: Ranges) -> str:
    """The SQL of the rows that a change may have touched, "" for none; "TRUE" where it may be any of them."""
    changed = {table: sql for table, sql in watches.items() if table in ranges}
    if any(not sql for sql in changed.values()):
        return "TRUE"
    return " OR ".join(
        f"{sql} BETWEEN {first} AND {last}" for table, sql in changed.items() for first, last in ranges[table]
    )


def merged(ranges: Iterable[tuple[int, int]], *, at_most: int = RANGES) -> list[tuple[int, int]]:
    """Ranges in order without overlap; the smallest gaps are closed until no more than `at_most` are left.

    Rows in a closed gap are read again although they did not change, which is harmless.
    """
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    gaps = sorted(range(1, len(joined)), key=lambda i: joined[i][0] - joined[i - 1][1], reverse=True)
    cuts = [0, *sorted(gaps[: at_most - 1]), len(joined)]
    return [(joined[a][0], joined[b - 1][1]) for a, b in pairwise(cuts) if b > a]
