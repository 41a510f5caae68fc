"""Run the test lanes, two at a time, and add them up.

    python -m tools.lanes              all lanes
    python -m tools.lanes sqlite lint  these

Every test not marked `browser` or `spark` runs on SQLite: those of the rooms and, beside them, those of pages and
commands; those marked `store` run again on PostgreSQL; one browser
and one Spark cluster serve all tests marked so. The last line is `N passed, N failed, N skipped`; a check of the
lint lane counts as a test. The exit code is 0 only when every lane passed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import postgres
from tools.results import Result, report, total_line

ROOT = Path(__file__).parents[1]
AT_A_TIME = 2  # as many as the cores of the machine that checks every change: four were tried and no sooner done

# Each with what it checks; all of them run, also after one has failed.
CHECKS: dict[str, tuple[str, ...]] = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "import contracts": ("lint-imports",),
}

# A store of somebody's own; and that modules are compiled anew by each of the hundreds of processes that tests start.
NOT_OF_A_LANE = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}

# A lane has one core: threads of linear algebra that wait for each other do so in a loop, and take it from the work.
OF_EVERY_LANE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

running: set[subprocess.Popen[str]] = set()


def run(lane: str, command: Sequence[str | Path], **environment: str) -> int:
    """Run a command to its end, each line of its output after the lane's name; return the exit code."""
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key not in NOT_OF_A_LANE} | OF_EVERY_LANE | environment,
    )
    running.add(process)
    assert process.stdout
    for line in process.stdout:
        print(f"{lane:10} | {line}", end="", flush=True)
    running.discard(process)
    return process.wait()


def lint(lane: str) -> Result:
    """Run every check of CHECKS."""
    result = Result(lane)
    for name, (program, *arguments) in CHECKS.items():
        code = run(lane, [Path(sys.executable).with_name(program), *arguments])
        if code:
            result.failed[name] = f"exit code {code}"
        else:
            result.passed.append(name)
    return result


def pytest(lane: str, marks: str, *arguments: str, before: Sequence[str] = ()) -> Result:
    """Run the tests that `marks` selects, as an argument of the command `before` where there is one."""
    with tempfile.TemporaryDirectory(prefix="dangol-lane-") as folder:
        outcomes = Path(folder) / "outcomes.json"
        ours = ("-m", marks, f"--outcomes={outcomes}", f"--override-ini=cache_dir=.pytest_cache/{lane}")
        code = run(lane, [*before, sys.executable, "-m", "pytest", "-q", "--no-header", *ours, *arguments])
        return Result.read(lane, outcomes, code)


ON_SQLITE = "not browser and not spark"
OUTERMOST = ("tests/web", "tests/config")  # about half of the time


def sqlite(lane: str) -> Result:
    """Run the tests of every room below pages and commands."""
    return pytest(lane, ON_SQLITE, *[f"--ignore={folder}" for folder in OUTERMOST])


def pages(lane: str) -> Result:
    """Run the tests of pages and commands, on SQLite and without a browser."""
    return pytest(lane, ON_SQLITE, *OUTERMOST)


def naming(mark: str) -> list[str]:
    """The files of tests that name a mark: to read all others, and select nothing in them, takes ten seconds.

    That no test is marked so in another file shows wherever all files are read (tests/conftest.py).
    """
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file.relative_to(ROOT)) for file in files if f"mark.{mark}" in file.read_text(encoding="utf-8")]


def postgresql(lane: str) -> Result:
    """Run the tests of the store again, on a PostgreSQL made for this run."""
    marks, files = "store and not browser and not spark", naming("store")
    if postgres.programs() is None:
        return pytest(lane, marks, "--absent=PostgreSQL absent: apt-get install postgresql", *files)
    return pytest(lane, marks, *files, before=(sys.executable, "-m", "tools.postgres"))


def spark(lane: str) -> Result:
    """Run all tests of the Spark engine on one cluster."""
    return pytest(lane, "spark", *naming("spark"))


def browser(lane: str) -> Result:
    """Run all tests of pages in one browser."""
    return pytest(lane, "browser and not spark", *naming("browser"))


# The longest first, the shortest last, so that the cores have work to the end.
LANES: dict[str, Callable[[str], Result]] = {
    "sqlite": sqlite,
    "pages": pages,
    "postgresql": postgresql,
    "browser": browser,
    "spark": spark,
    "lint": lint,
}


def timed(lane: str) -> Result:
    """Run one lane and note its minutes."""
    began = time.perf_counter()
    result = LANES[lane](lane)
    result.minutes = (time.perf_counter() - began) / 60
    return result


def end(*_: object) -> None:
    """End what is running; its lanes then count as failed."""
    for process in list(running):
        process.terminate()


def main(chosen: Sequence[str]) -> int:
    """Run the lanes, print the report; return the exit code."""
    if unknown := set(chosen) - LANES.keys():
        print(f"No such lane: {', '.join(sorted(unknown))}. Lanes: {', '.join(LANES)}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, end)
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        results = list(pool.map(timed, chosen or LANES))
    print(report(results, minutes=(time.perf_counter() - began) / 60))
    total = total_line(results)
    if file := os.environ.get("LANES_TOTAL_FILE"):
        Path(file).write_text(total + "\n")
    print(total, flush=True)
    return any(result.failed for result in results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
