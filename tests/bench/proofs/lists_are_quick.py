"""A list of a million customers answers as one of ten thousand

The page Customers with three filters, in several orders, and a profile: whole requests as the server works on them
(who is signed in, filters, exact count, fifty rows, the page written out, the access log), 12 of each after one to
warm, at 10,000 and at 1,000,000 customers; then eight at once, with the second process that comes then. Filters that
leave nobody are among them. The first look after a start reads the columns it needs; how long that takes, and the
memory of the process that serves, is told beside. On SQLite, and on a PostgreSQL of its own where its programs are
installed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench import homes, million
from tests.bench.figures import Figure
from tests.bench.processes import measured
from tools.postgres import programs

FEW, MANY = 10_000, 1_000_000
ONE, EIGHT, TIMES = 100.0, 250.0, 1.5


def figures() -> list[Figure]:
    """Milliseconds of each question on each store."""
    listed = [sys.executable, "-m", "tests.bench.listed"]
    few = measured([*listed, str(million.loaded(FEW)), str(FEW)]).answer
    many = measured([*listed, str(million.loaded(MANY)), str(MANY)]).answer
    found = list(_of("SQLite", few, many))
    if programs() is None:
        return [*found, Figure("PostgreSQL", "not installed here")]
    beside = [sys.executable, "-m", "tools.postgres", *listed]
    few, many = (
        measured([*beside, str(homes.fresh(f"listed-{number}")), str(number), "fill"]).answer for number in (FEW, MANY)
    )
    return [*found, *_of("PostgreSQL", few, many)]


def _of(store: str, few: dict[str, Any], many: dict[str, Any]) -> Iterator[Figure]:
    for name, seconds in many["one"].items():
        remark = f"95th percentile; median {median(seconds) * 1000:.0f} ms"
        yield Figure.at_most(f"{store}: {name}", _slow(seconds), ONE, "ms", remark)
        yield Figure.at_most(f"{store}: {name}, eight at once", _slow(many["eight"][name]), EIGHT, "ms")
        times = median(seconds) / median(few["one"][name])
        yield Figure.at_most(f"{store}: {name}, against 10,000", times, TIMES, "×", "medians")
    yield Figure(f"{store}: the first look after a start", many["first"], "s")
    yield Figure(f"{store}: memory of the process", many["gigabytes"], "GiB")


def _slow(seconds: list[float]) -> float:
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] * 1000
