"""A web server's log is read at a hundred thousand lines a second, in little memory

1,000,000 lines of a month (83,333 visitors; three requests in ten for parts of pages, one visitor in eight a program,
one in ten signed in): read, programs, parts and errors left out, requests put together to visits, visits of those who
signed in written as contacts into an empty store on SQLite, in a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import Measured, measured

LINES = 1_000_000


def figures() -> list[Figure]:
    """Lines a second and memory."""
    file = homes.FOLDER / f"web-log-{LINES}" / "access.log"
    if not file.exists():
        homes.fresh(f"web-log-{LINES}").mkdir(parents=True)
        measured([sys.executable, "-m", "tests.bench.web_log", str(LINES), str(file)])
    done = _taken(file)
    seconds = done.answer["seconds"]
    told = f"{seconds:.1f} s, {done.answer['working']:.1f} s at work"
    return [
        Figure("visits taken in", done.answer["accepted"]),
        Figure.at_least("lines a second", LINES / seconds, 100_000, "", told),
        Figure.at_most("peak memory", done.gigabytes * 1024, 400, "MiB"),
    ]


def _taken(file: Path) -> Measured:
    home = homes.fresh("web-log-home")
    _step("prepare", home)
    return _step("import", home, "interactions", str(file))


def _step(step: str, home: Path, *words: str) -> Measured:
    return measured([sys.executable, "-m", "tests.bench.importing", step, str(home), *words])
