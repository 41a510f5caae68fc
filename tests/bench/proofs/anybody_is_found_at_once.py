"""Anybody among a million is found at once

1,000,000 customers with name, phone number, a number of ours, address, and every second with an e-mail address. Each
kind of question is asked in the box of every page, as the owner and as one dealer of 400: whole requests as the server
works on them, from the text to the names and numbers shown, eight at most; warm, four rounds; then by eight at once,
half of them dealers, with the second process that comes then. The worst kind is told beside the p95 of all. Beside it
the same questions among 10,000. On SQLite, and on a PostgreSQL of its own where its programs are
installed.
"""

from __future__ import annotations

import sys
from statistics import quantiles
from typing import Any

from tests.bench import homes, million
from tests.bench.figures import Figure
from tests.bench.processes import measured
from tools.postgres import programs

MANY, FEW = 1_000_000, 10_000


def figures() -> list[Figure]:
    """Milliseconds of each on each store."""
    module = [sys.executable, "-m", "tests.bench.finding"]
    few = measured([*module, str(_home("finding")), str(FEW), "fill"]).answer
    many = measured([*module, str(million.loaded(MANY)), str(MANY)]).answer
    found = _of("SQLite", many, few)
    if programs() is None:
        return [*found, Figure("PostgreSQL", "not installed here")]
    beside = [sys.executable, "-m", "tools.postgres", *module]
    few = measured([*beside, str(_home("finding-postgresql-few")), str(FEW), "fill"]).answer
    many = measured([*beside, str(_home("finding-postgresql")), str(MANY), "fill"]).answer
    rate = Figure.at_least("PostgreSQL: indexed anew", MANY / many["index_seconds"], 10_000, "customers a second")
    return [*found, *_of("PostgreSQL", many, few), rate]


def _home(name: str) -> Any:
    home = homes.fresh(name)
    home.mkdir()
    return home


def _of(store: str, many: dict[str, Any], few: dict[str, Any]) -> list[Figure]:
    told = []
    for who, bound in (("owner", 100), ("dealer", 100), ("eight", 250)):
        name = {"owner": "the owner", "dealer": "a dealer", "eight": "eight at once"}[who]
        told.append(Figure.at_most(f"{store}: {name}, p95", _p95(_all(many[who])), bound, "ms", _worst(many[who])))
    ratio = _p95(_all(many["owner"])) / _p95(_all(few["owner"]))
    told.append(Figure.at_most(f"{store}: 1,000,000 against 10,000", ratio, 1.5, "×", "p95, the owner"))
    return [*told, Figure(f"{store}: what the index takes", many["bytes"] / 2**20, "MiB")]


def _all(taken: dict[str, list[float]]) -> list[float]:
    return [one for times in taken.values() for one in times]


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1] * 1000


def _worst(taken: dict[str, list[float]]) -> str:
    kind = max(taken, key=lambda one: _p95(taken[one]))
    return f"the worst: {kind}, {_p95(taken[kind]):.0f} ms"
