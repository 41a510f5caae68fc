"""Purchases are foreseen better than by the same as before

The whole of Insight's first question, as its page asks it: the warehouse counts, eight models are fitted to everything
but the last weeks and judged on these, the one taken learns anew and foresees as many weeks, every customer gets a
score. On both demos (the real shop: learned from nine months, judged on three) and on a million customers who come
back. Errors are in purchases a customer on the weeks held back; the gain is that in mean square error against "the same
as in the weeks before", with its 95 % interval paired by customer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench import buyers, homes
from tests.bench.figures import Figure
from tests.bench.processes import measured

CUSTOMERS = 1_000_000


def figures() -> Iterator[Figure]:
    """Each home in a process of its own."""
    for name, home in (
        ("dairy", homes.loaded("dairy")), ("retail", homes.loaded("retail")), ("a million", buyers.loaded(CUSTOMERS)),
    ):  # fmt: skip
        run = measured([sys.executable, "-m", "tests.bench.proofs.purchases_are_foreseen", str(homes.copied(home))])
        for line in run.answer["lines"]:
            yield from _line(f"{name}: {line['line'] or 'all'}", line)
        yield Figure(f"{name}: customers", run.answer["customers"])
        yield Figure(f"{name}: the warehouse brought up to date", run.answer["refresh"], "s")
        yield Figure.at_most(f"{name}: asked and answered", run.answer["seconds"], 180.0, "s")
        yield Figure.at_most(f"{name}: peak memory", run.gigabytes, 4.0, "GiB")


def _line(name: str, line: dict[str, Any]) -> Iterator[Figure]:
    choice = line["choice"]
    if choice is None:
        yield Figure(f"{name}: model taken", "none")
        return
    chosen = next(one for one in line["tried"] if one["name"] == choice["name"])
    yield Figure(f"{name}: model taken", chosen["title"], remark=choice["reason"])
    gain = f"{choice['gain_low']:.2f} to {choice['gain_high']:.2f}"
    yield Figure(f"{name}: gain over the same as before", gain, "", "above 0", choice["gain_low"] > 0)
    for error in ("mae", "rmse"):
        yield Figure.at_most(f"{name}: {error}", chosen["errors"][error], line["naive"][error], "", "wanted: the naive")
    off, naive = (told["total"] / line["actual"] - 1 for told in (chosen["errors"], line["naive"]))
    yield Figure(f"{name}: the sum of all is off by", f"{off:+.1%}", remark=f"the same as before: {naive:+.1%}")


def _ask() -> dict[str, Any]:
    """Ask in the home that is open; what was found."""
    from dangol.insight.analysis.rhythm.actions import learn_rhythm
    from dangol.insight.warehouse.refresh import refresh
    from dangol.web import clock

    at, began = clock.as_of(), time.perf_counter()
    refresh(at=at)
    between = time.perf_counter()
    run = learn_rhythm(as_of=at, at=at, by=None)
    lines = run.summary["lines"]
    return {
        "lines": [{name: line.get(name) for name in ("line", "choice", "tried", "naive", "actual")} for line in lines],
        "customers": sum(line["customers"] for line in lines),
        "refresh": round(between - began, 1), "seconds": round(time.perf_counter() - between, 1),
    }  # fmt: skip


if __name__ == "__main__":
    import json
    from pathlib import Path

    homes.opened(Path(sys.argv[1]))
    print(json.dumps(_ask(), ensure_ascii=False))
