"""A backup is quick and small, and so is bringing it back

`dangol backup --json` and `dangol restore --json --into …` of the dairy and of a home with a million order lines (a
till's export, imported), each in a process of its own, with everything they do: one moment of both stores, copied,
checked by the store itself, packed, read back and compared; unpacked and compared, tables brought up to date. Memory is
that of the largest process; it must not grow with the home.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, Measured, measured

MILLION, TENTH = 1_000_000, 100_000
GROWTH = 1.3  # memory at ten times the lines
MB = 10**6


@dataclass(frozen=True)
class Drill:
    """A backup and its restore."""

    backup: Measured
    restore: Measured
    home_bytes: int

    @property
    def size(self) -> int:
        return int(self.backup.answer["bytes"])


def figures() -> list[Figure]:
    """Seconds, megabytes and memory of three homes."""
    dairy, small, large = (_drill(home) for home in (homes.loaded("dairy"), _own(TENTH), _own(MILLION)))
    growth = max(
        large.backup.gigabytes / small.backup.gigabytes,
        large.restore.gigabytes / small.restore.gigabytes,
    )
    return [
        *_figures("the dairy", dairy, 15),
        *_figures("1,000,000 lines", large, 60),
        Figure.at_most("peak memory, backup of 1,000,000 lines", large.backup.gigabytes, 0.5, "GiB"),
        Figure.at_most("peak memory, restore of 1,000,000 lines", large.restore.gigabytes, 0.5, "GiB"),
        Figure.at_most("memory at ten times the lines", growth, GROWTH, "×", "flat in the size of the home"),
    ]


def _figures(name: str, drill: Drill, bound: float) -> list[Figure]:
    share = f"{drill.size / drill.home_bytes:.0%} of {drill.home_bytes / MB:,.0f} MB"
    rows = drill.backup.answer["rows"]
    at_work = [f"{one.working:.1f} s at work" for one in (drill.backup, drill.restore)]
    return [
        Figure.at_most(f"backup of {name}", drill.backup.seconds, bound, "s", f"{rows:,} rows, {at_work[0]}"),
        Figure(f"size of the backup of {name}", drill.size / MB, "MB", remark=share),
        Figure.at_most(f"restore of {name}", drill.restore.seconds, bound, "s", at_work[1]),
        Figure.equal(f"rows brought back, {name}", drill.restore.answer["rows"], rows),
    ]


def _drill(home: Path) -> Drill:
    file, new = homes.fresh(f"{home.name}.tar.gz"), homes.fresh(f"{home.name}-restored")
    file.unlink(missing_ok=True)
    made = measured([DANGOL, "backup", str(file), "--json", "--home", str(home)])
    back = measured([DANGOL, "restore", str(file), "--json", "--into", str(new), "--home", str(home)])
    held = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    return Drill(made, back, held)


def _own(lines: int) -> Path:
    """A home with so many lines of a file of one's own; imported now where no proof before has done so."""
    home = homes.FOLDER / f"own-{lines}"
    if not (home / "records.sqlite3").exists():
        file = homes.fresh(f"till-{lines}") / "till.csv"
        file.parent.mkdir()
        measured([sys.executable, "-m", "tests.bench.till_export", str(lines), str(file)])
        measured([DANGOL, "import", "transactions", str(file), "--json", "--home", str(homes.fresh(home.name))])
    return home
