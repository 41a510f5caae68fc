"""Insight answers at once at a million customers, once it was asked

1,000,000 customers who come back (about three purchases each in two years, eighty products), on SQLite. Every question
is asked as its page asks it, each in a process of its own: seconds by the clock and the most memory that process held;
the warehouse is built before, and told beside. Then every page of Insight, whole requests as the server works on them,
20 of each after two to warm, one after the other; the very first look is told beside: pages that say whom a pattern is
for ask the warehouse then, and again only after something was written. Nobody has said anything here and nobody was
asked: the pages of feedback and of satisfaction say how to begin.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import buyers, homes
from tests.bench.figures import Figure
from tests.bench.processes import measured

CUSTOMERS = 1_000_000
WARMING, REQUESTS = 2, 20
BOUND = 300.0  # milliseconds
ALONE = [sys.executable, "-m", "tests.bench.proofs.insight_pages_are_quick"]
QUESTIONS = ("warehouse", "rhythm", "leaving", "groups", "baskets")


def figures(customers: int = CUSTOMERS) -> Iterator[Figure]:
    """What asking takes, then milliseconds of each page."""
    home = str(homes.copied(buyers.loaded(customers)))
    for question in QUESTIONS:
        run = measured([*ALONE, "ask", home, question])
        name = "the warehouse, built" if question == "warehouse" else f"{question}: asked and answered"
        yield Figure(name, run.answer["seconds"], "s", remark=run.answer["told"])
        yield Figure("… peak memory", run.gigabytes, "GiB")
    pages = measured([*ALONE, "pages", home])
    for name, (first, *seconds) in pages.answer.items():
        slow = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] * 1000
        remark = f"95th percentile; median {median(seconds) * 1000:.0f} ms, the first look {first * 1000:,.0f} ms"
        yield Figure.at_most(f"page: {name}", slow, BOUND, "ms", remark)
    yield Figure("memory of the process that serves", pages.gigabytes, "GiB")


def _ask(question: str) -> dict[str, Any]:
    """Ask in the home that is open: seconds, and what came in a word."""
    from dangol.web import clock

    at, ask = clock.as_of(), _questions()[question]
    began = time.perf_counter()
    told = ask(at)
    return {"seconds": round(time.perf_counter() - began, 2), "told": told}


def _questions() -> dict[str, Callable[[Any], str]]:
    """What each page asks, but for the warehouse, which stands."""
    from dangol.insight.analysis.baskets import report
    from dangol.insight.analysis.groups.looking import look_for_groups
    from dangol.insight.analysis.groups.scoring import score_rfm
    from dangol.insight.analysis.leaving.actions import foretell
    from dangol.insight.analysis.leaving.settings import LeavingSettings
    from dangol.insight.analysis.rhythm.actions import learn_rhythm
    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.refresh import refresh

    def warehouse(at: Any) -> str:
        refresh(at=at)
        return f"{lake().rows('lines'):,} lines"

    def rhythm(at: Any) -> str:
        lines = learn_rhythm(as_of=at, at=at, by=None).summary["lines"]
        return ", ".join(line["choice"]["name"] if line["choice"] else "none taken" for line in lines)

    def leaving(at: Any) -> str:
        run = foretell(settings=LeavingSettings(), as_of=at, at=at, by=None)
        return f"{run.summary['chosen']}, {run.summary['customers']:,} customers"

    def groups(at: Any) -> str:
        score_rfm(as_of=at, at=at, by=None)
        return f"{len(look_for_groups(as_of=at, at=at, by=None).summary['groups'])} groups"

    def baskets(at: Any) -> str:
        found = report.look(as_of=at, at=at, by=None)
        return f"{found.together.holding} rules" + (f", {found.following.holding} steps" if found.following else "")

    return {"warehouse": warehouse, "rhythm": rhythm, "leaving": leaving, "groups": groups, "baskets": baskets}


def _pages() -> dict[str, list[float]]:
    """Seconds of each page, opened again and again: the first look, then those that count."""
    from tests.bench.door import Door
    from tests.bench.listed import owner

    reader = Door().reader(owner())
    told = {}
    for name, path in _paths().items():
        first, *_rest = (reader.opened(path) for _ in range(WARMING))
        told[name] = [first, *(reader.opened(path) for _ in range(REQUESTS))]
    return told


def _paths() -> dict[str, str]:
    from django.urls import reverse

    from dangol.insight.analysis.baskets.report import last_report
    from dangol.insight.analysis.rhythm.queries import last_rhythm

    rhythm, found = last_rhythm(), last_report()
    assert rhythm is not None
    assert found is not None
    paths = {name: reverse(name) for name in (
        "insight", "insight_groups", "insight_rhythm", "insight_leaving", "insight_baskets", "insight_feedback",
        "insight_satisfaction",
    )}  # fmt: skip
    for line in rhythm.lines:
        if line.choice:
            paths["insight_rhythm, a picture as a file"] = (
                reverse("insight_rhythm_file", args=[rhythm.run.pk, "tracking", "png"]) + f"?line={line.line}"
            )
    paths["insight_leaving, by chance"] = reverse("insight_leaving") + "?by=chance"
    paths["insight_baskets_list, before it is taken"] = reverse("insight_baskets_list", args=[found.run.pk])
    for part in ("together", "following"):
        patterns = found.part(part)
        if patterns and patterns.patterns:
            paths[f"insight_baskets_whom, {part}"] = reverse("insight_baskets_whom", args=[found.run.pk, part, 0])
    return paths


if __name__ == "__main__":
    homes.opened(Path(sys.argv[2]))
    print(json.dumps(_ask(sys.argv[3]) if sys.argv[1] == "ask" else _pages(), ensure_ascii=False))
