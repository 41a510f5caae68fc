"""Another library counts baskets: `python basket_peers.py LIBRARY FILE TIMES SUPPORT CONFIDENCE ANSWER`.

Run by the Python of a folder of its own, which knows nothing of Dangol. Prints seconds and memory as JSON, and writes
the rules it found.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

RUNS = 3
WARM, WARM_SUPPORT = 100, 0.05  # baskets counted before, so that each has loaded what it works with

type Baskets = list[tuple[int, ...]]
type Rules = list[tuple[list[int], list[int], float, float, float]]  # both sides, support, confidence, lift


def main() -> None:
    library, path, times, support, confidence, answer = sys.argv[1:]

    def read(most: int | None = None) -> Baskets:
        lines = Path(path).read_text(encoding="utf-8").splitlines()[:most] * int(times)
        return [tuple(map(int, line.split(","))) for line in lines]

    work, told = {"mlxtend": mlxtend, "efficient-apriori": efficient_apriori}[library]()
    work(read(WARM), WARM_SUPPORT, float(confidence))
    seconds, grown, found = measured(lambda: work(read(), float(support), float(confidence)))
    Path(answer).write_text(json.dumps(told(found)), encoding="utf-8")
    print(json.dumps({"seconds": seconds, "grown": grown}))


def mlxtend() -> Any:
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

    def work(baskets: Baskets, support: float, confidence: float) -> Any:
        encoder = TransactionEncoder()
        frame = pd.DataFrame(encoder.fit(baskets).transform(baskets), columns=encoder.columns_)
        sets = fpgrowth(frame, min_support=support, use_colnames=True)
        return association_rules(sets, metric="confidence", min_threshold=confidence)

    def told(found: Any) -> Rules:
        columns = ("antecedents", "consequents", "support", "confidence", "lift")
        return [(sorted(a), sorted(c), *rest) for a, c, *rest in zip(*(found[name] for name in columns), strict=True)]

    return work, told


def efficient_apriori() -> Any:
    from efficient_apriori import apriori

    def work(baskets: Baskets, support: float, confidence: float) -> Any:
        return apriori(baskets, min_support=support, min_confidence=confidence)[1]

    def told(found: Any) -> Rules:
        return [(sorted(rule.lhs), sorted(rule.rhs), rule.support, rule.confidence, rule.lift) for rule in found]

    return work, told


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Median seconds of three; by how many MB the process grew at most in the first; what came."""
    before = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts anew
    seconds, grown, found = [], 0.0, None
    for run in range(RUNS):
        found = None
        began = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - began)
        if not run:
            grown = held("VmHWM") - before
    return median(seconds), grown, found


def held(mark: str) -> float:
    """Megabytes."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(mark):
            return int(line.split()[1]) / 1024
    raise ValueError(mark)


if __name__ == "__main__":
    main()
