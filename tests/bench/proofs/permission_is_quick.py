"""Permission is decided for everybody at once

250,000 people (80 % asked about text messages, three quarters of them agreed, some longer than two years ago; 20 %
written to five times; 2 % on the do-not-contact list, 2 % with a wish of their own, 1 % children; half with a
purchase). Each question is one query about all of them, read to the end, each verdict with its reason, ground and
rules: median of three. On SQLite, and on a PostgreSQL of its own where its programs are installed.
"""

from __future__ import annotations

import sys

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import Measured, measured
from tools.postgres import programs

WANTED = 20_000  # decisions a second


def figures() -> list[Figure]:
    """Decisions a second of each question on each store."""
    crowd = [sys.executable, "-m", "tests.bench.crowd", str(homes.fresh("crowd"))]
    found = _of("SQLite", measured(crowd))
    if programs() is None:
        return [*found, Figure("PostgreSQL", "not installed here")]
    beside = [sys.executable, "-m", "tools.postgres", *crowd[:3], str(homes.fresh("crowd-postgresql"))]
    return [*found, *_of("PostgreSQL", measured(beside))]


def _of(store: str, run: Measured) -> list[Figure]:
    answer = run.answer
    told = []
    for name, question in answer["questions"].items():
        rate = answer["people"] / question["seconds"]
        counts = ", ".join(f"{reason} {number:,}" for reason, number in question["found"].items())
        told.append(Figure.at_least(f"{store}: {name}", rate, WANTED, "a second", counts))
    return told
