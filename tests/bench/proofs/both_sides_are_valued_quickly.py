"""Both sides of a million relationships are valued in a minute, and the map answers at once

1,000,000 customers who come back (about three purchases each in two years, one product in five at a discount for a
third of them), on SQLite. The warehouse is built before, and told beside. Everybody is valued from both sides and
placed in a region in a process of its own: seconds by the clock and the most memory it held; first in a home without
values, then again. Then the first eight programmes are recommended under a budget, a fifth of what one for everybody
off the line would cost: values, regions and recommendations stand under one bound. So are told the courses of all
relationships, first whole and then again where nothing changed, two past months, and what moved between them.
Then the map as the server works on it, whole requests, 20 of each after two to warm: the page, its picture, and what a
rectangle, a region and a shape drawn on it pick; before them the first pick of a server that has read nothing yet, and
whom of the picked a message may reach, which the page asks for by itself.
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
WARMING, REQUESTS, FEW = 2, 20, 3
PICKED, QUARTER = "picked: a quarter of the map", "ce_low=50&ce_high=100&cv_low=0&cv_high=50"
MONTHS = 2
VALUED, MEMORY = 60.0, 3.0  # seconds, GiB
AGAIN, MONTH, MOVED = 60.0, 90.0, 30.0  # seconds
MAP, BRUSH = 300.0, 500.0  # milliseconds
BOUNDS = {"the map": MAP, "its picture": MAP} | dict.fromkeys(
    (PICKED, "picked: a whole region", "picked: a drawn shape", "picked: everybody"), BRUSH
)
ALONE = [sys.executable, "-m", "tests.bench.proofs.both_sides_are_valued_quickly"]


def figures(customers: int = CUSTOMERS) -> Iterator[Figure]:
    """What valuing takes, then milliseconds of the map."""
    home = str(homes.copied(buyers.loaded(customers)))
    built = measured([*ALONE, "warehouse", home])
    yield Figure("the warehouse, built", built.answer["seconds"], "s", remark=built.answer["told"])
    yield from _valued(home)
    yield from _over_time(home)
    pages = measured([*ALONE, "pages", home])
    for name, seconds in pages.answer.items():
        if name not in BOUNDS:
            yield Figure(name, median(seconds) * 1000, "ms")
            continue
        slow = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] * 1000
        yield Figure.at_most(name, slow, BOUNDS[name], "ms", f"95th percentile; median {median(seconds) * 1000:.0f} ms")


def _valued(home: str) -> Iterator[Figure]:
    first, again = (measured([*ALONE, "value", home]) for _ in range(2))
    chosen = measured([*ALONE, "recommendations", home])
    for name, one in (("values and regions, first", first), ("… again", again), ("recommendations", chosen)):
        told = f"{one.answer['told']}; {one.working:.0f} s of processors"
        yield Figure(name, one.answer["seconds"], "s", remark=told)
    slower = max(first.answer["seconds"], again.answer["seconds"]) + chosen.answer["seconds"]
    yield Figure.at_most("values, regions and recommendations", slower, VALUED, "s", "the slower of the two valuations")
    most = max(one.gigabytes for one in (first, again, chosen))
    yield Figure.at_most("… peak memory", most, MEMORY, "GiB")


def _over_time(home: str) -> Iterator[Figure]:
    first, again = (measured([*ALONE, "courses", home]) for _ in range(2))
    yield Figure("courses, told for the first time", first.answer["seconds"], "s", remark=first.answer["told"])
    yield Figure.at_most("… again, nothing changed", again.answer["seconds"], AGAIN, "s", again.answer["told"])
    yield Figure.at_most("… peak memory", again.gigabytes, MEMORY, "GiB")
    months = measured([*ALONE, "months", home])
    yield Figure.at_most("a past month", months.answer["seconds"] / MONTHS, MONTH, "s", months.answer["told"])
    yield Figure.at_most("… peak memory", months.gigabytes, MEMORY, "GiB")
    moved = measured([*ALONE, "moved", home])
    yield Figure.at_most("what moved between two", moved.answer["seconds"], MOVED, "s", moved.answer["told"])


def _done(what: str) -> dict[str, Any]:
    began = time.perf_counter()
    told = WHATS[what]()
    return {"seconds": round(time.perf_counter() - began, 2), "told": told}


def _warehouse() -> str:
    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.refresh import refresh
    from dangol.web import clock

    refresh(at=clock.as_of())
    return f"{lake().rows('lines'):,} lines"


def _value() -> str:
    from dangol.insight.relationship.actions import value_customers
    from dangol.web import clock
    from dangol.web.start.rounds import value_settings

    at = clock.as_of()
    return _told(value_customers(settings=value_settings(), as_of=at, at=at, by=None).summary["regions"])


def _recommendations() -> str:
    from dangol.insight.relationship.fair_line import MORE_TO_OFFER, SHORT_CHANGED
    from dangol.insight.relationship.positioning.actions import position
    from dangol.insight.relationship.positioning.catalogue import ensure_programmes, programmes
    from dangol.insight.relationship.positioning.learning import NOTHING
    from dangol.insight.relationship.queries import current_run
    from dangol.web import clock

    at, valued = clock.as_of(), current_run()
    assert valued is not None
    ensure_programmes(valued, channel="", at=at)
    cost = sum(one.cost for one in programmes()) / len(programmes())
    off_line = sum(valued.summary["regions"][region] for region in (MORE_TO_OFFER, SHORT_CHANGED))
    budget = round(cost * off_line / 5)
    told = position(valued, budget=budget, channels={}, past=NOTHING, at=at, by=None).summary
    return f"{len(programmes())} programmes, one of them for {told['customers']:,} customers"


def _courses() -> str:
    from dangol.insight.relationship.stages.actions import evaluate
    from dangol.web import clock
    from dangol.web.start.rounds import stage_rules

    at = clock.as_of()
    summary = evaluate(rules=stage_rules(), as_of=at, at=at, by=None).summary
    return f"{summary['steps']:,} steps, of them {summary['written']['new']:,} new"


def _months() -> str:
    from dangol.insight.relationship.movement.actions import work_out_months
    from dangol.web import clock

    at = clock.as_of()
    made = work_out_months(as_of=at, at=at, by=None, most=MONTHS)
    return ", ".join(f"{one.month:%Y-%m} {one.summary['customers']:,}" for one in made)


def _moved() -> str:
    from dangol.insight.relationship.models import Movement
    from dangol.insight.relationship.movement.actions import match
    from dangol.insight.relationship.movement.queries import standing_yardstick

    Movement.objects.all().delete()
    match(standing_yardstick())
    return f"{sum(map(sum, Movement.objects.get().summary['matrix'])):,} customers"


WHATS = {
    "warehouse": _warehouse, "value": _value, "recommendations": _recommendations, "courses": _courses,
    "months": _months, "moved": _moved,
}  # fmt: skip


def _told(regions: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in regions.items())


def _pages() -> dict[str, list[float]]:
    """Seconds of each page, opened again and again, without those that warm."""
    from django.urls import reverse

    from tests.bench.door import Door
    from tests.bench.listed import owner

    reader = Door().reader(owner())
    paths = _paths()
    told = {"the first pick, nothing read yet": [reader.opened(paths[PICKED])]}
    for name, path in paths.items():
        told[name] = [reader.opened(path) for _ in range(WARMING + REQUESTS)][WARMING:]
    told["whom of a quarter a message may reach"] = [
        reader.opened(f"{reverse('map_sendable')}?{QUARTER}") for _ in range(FEW)
    ]
    return told


def _paths() -> dict[str, str]:
    from django.urls import reverse

    from dangol.insight.relationship.queries import current_run

    run, here = current_run(), reverse("map")
    assert run is not None
    return {
        "the map": here,
        "its picture": reverse("map_spec", args=[run.pk]),
        PICKED: f"{here}?{QUARTER}",
        "picked: a whole region": f"{here}?region=II",
        "picked: a drawn shape": f"{here}?lasso=20~20_80~20_60~50_80~80_20~80_40~50",
        "picked: everybody": f"{here}?region=I&region=II&region=III&region=unknown",
    }


if __name__ == "__main__":
    homes.opened(Path(sys.argv[2]))
    print(json.dumps(_pages() if sys.argv[1] == "pages" else _done(sys.argv[1]), ensure_ascii=False))
