"""`dangol --help` answers at once

Whole process, Python's own start included; a first run to warm the disk's cache is not counted.
"""

from __future__ import annotations

from statistics import median

from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, measured

RUNS = 15


def figures() -> list[Figure]:
    """The median of 15 runs."""
    measured([DANGOL, "--help"])
    runs = [measured([DANGOL, "--help"]) for _ in range(RUNS)]
    times = sorted(run.seconds for run in runs)
    remark = (
        f"median of {RUNS}, {times[0]:.2f} to {times[-1]:.2f} s; {median(run.working for run in runs):.2f} s at work"
    )
    return [Figure.at_most("dangol --help", median(times), 0.3, "s", remark)]
