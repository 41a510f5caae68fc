"""Both sides of a million relationships are valued in a minute, and the map answers at once

1,000,000 customers who come back (about three purchases each in two years, one product in five at a discount for a
third of them), on SQLite. The warehouse is built before, and told beside. Everybody is valued from both sides and
placed in a region in a process of its own: seconds by the clock and the most memory it held. Then the map as the
server works on it, whole requests, 20 of each after two to warm: the page, its picture, and what a rectangle drawn on
it picks.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import buyers, homes
from tests.bench.figures import Figure
from tests.bench.processes import measured

CUSTOMERS = 1_000_000
WARMING, REQUESTS = 2, 20
VALUED, MEMORY = 60.0, 3.0  # seconds, GiB
MAP, BRUSH = 300.0, 500.0  # milliseconds
ALONE = [sys.executable, "-m", "tests.bench.proofs.both_sides_are_valued_quickly"]


def figures(customers: int = CUSTOMERS) -> Iterator[Figure]:
    """What valuing takes, then milliseconds of the map."""
    home = str(homes.copied(buyers.loaded(customers)))
    built = measured([*ALONE, "warehouse", home])
    yield Figure("the warehouse, built", built.answer["seconds"], "s", remark=built.answer["told"])
    valued = measured([*ALONE, "value", home])
    yield Figure.at_most("values and regions", valued.answer["seconds"], VALUED, "s", valued.answer["told"])
    yield Figure.at_most("… peak memory", valued.gigabytes, MEMORY, "GiB")
    pages = measured([*ALONE, "pages", home])
    for name, seconds in pages.answer.items():
        slow = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] * 1000
        bound = BRUSH if name.startswith("picked") else MAP
        yield Figure.at_most(name, slow, bound, "ms", f"95th percentile; median {median(seconds) * 1000:.0f} ms")


def _done(what: str) -> dict[str, Any]:
    from dangol.insight.relationship.actions import value_customers
    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.refresh import refresh
    from dangol.web import clock
    from dangol.web.start.rounds import value_settings

    at = clock.as_of()
    began = time.perf_counter()
    if what == "warehouse":
        refresh(at=at)
        told = f"{lake().rows('lines'):,} lines"
    else:
        told = _told(value_customers(settings=value_settings(), as_of=at, at=at, by=None).summary["regions"])
    return {"seconds": round(time.perf_counter() - began, 2), "told": told}


def _told(regions: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in regions.items())


def _pages() -> dict[str, list[float]]:
    """Seconds of each page, opened again and again, without those that warm."""
    from tests.bench.door import Door
    from tests.bench.listed import owner

    reader = Door().reader(owner())
    told = {}
    for name, path in _paths().items():
        told[name] = [reader.opened(path) for _ in range(WARMING + REQUESTS)][WARMING:]
    return told


def _paths() -> dict[str, str]:
    from django.urls import reverse

    from dangol.insight.relationship.queries import current_run

    run, here = current_run(), reverse("map")
    assert run is not None
    return {
        "the map": here,
        "its picture": reverse("map_spec", args=[run.pk]),
        "picked: a quarter of the map": f"{here}?ce_low=50&ce_high=100&cv_low=0&cv_high=50",
        "picked: a whole region": f"{here}?region=II",
        "picked: everybody": f"{here}?ce_low=0&ce_high=100&cv_low=0&cv_high=100",
    }


if __name__ == "__main__":
    homes.opened(Path(sys.argv[2]))
    print(json.dumps(_pages() if sys.argv[1] == "pages" else _done(sys.argv[1]), ensure_ascii=False))
