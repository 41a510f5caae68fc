"""A finished test of values as the page shows it, of customers of whom it is known what is true."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.back_test.chances import chances
from dangol.insight.relationship.back_test.commitments import commitments
from dangol.insight.relationship.back_test.money import money
from dangol.insight.relationship.back_test.names import KIND
from dangol.insight.relationship.back_test.outcome import Outcome
from dangol.records.customers.models import Customer
from tests.insight.relationship.back_test.worlds import coins, crowd


def outcome(line: str = "", *, size: int = 600, times: float = 1.0, seed: int = 3) -> Outcome:
    """Right chances; purchases expected `times` as many as are right."""
    one, (chance, bought) = crowd(seed, size), coins(seed, size)
    expected = np.minimum(times * one.expected, one.potential)
    return Outcome(
        line, size, size, int(bought.sum()), chances(chance, bought, one.keys, before=0.4),
        commitments(expected, one.potential, one.purchases, one.keys),
        money(9_000 * expected, 9_000 * one.purchases, np.full(size, 20_000.0), one.keys, unit=9_000.0),
    )  # fmt: skip


def value_run(at: datetime, *lines: Outcome, notes: tuple[dict[str, Any], ...] = ()) -> Run:
    """Of thirteen weeks; the first of the outcomes is that of everybody."""
    everybody = lines[0] if lines else outcome()
    told = [asdict(one) for one in lines[1:] or (replace(everybody),)]
    return Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"cut_off": "2026-06-12", "until": "2026-09-11", "weeks": 13, "asked": None, "by": None,
                    "margin_rate": 0.3},
        summary={"first": "2025-09-12", "all": asdict(everybody), "lines": told, "notes": list(notes), "seconds": 1.0},
    )  # fmt: skip


def expectation_told() -> Run:
    """Let the last valuation say of everybody that they are among the best, get less than they expect and
    complained after they were left out.
    """
    run = Run.objects.filter(kind="relationship").latest("pk")
    people = list(Customer.objects.known())
    scores = [("expectation", 2.0, "best_below"), ("expectation_gap", -0.5, "asked"), ("lately_returns", 2.0, "")]
    scores.append(("left_out", 1.0, "complained"))
    Score.objects.bulk_create(
        Score(run=run, customer=one, name=name, value=value, text=text, provenance="measured")
        for one in people
        for name, value, text in scores
    )
    n = len(people)
    counts = {"customers": n, "best": n, "best_known": n, "best_below": n, "below": 0, "met": 0, "unknown": 0}
    told = {"times": 200, "share": 0.1, "low": 0.07, "high": 0.15}
    excluded = [
        {**told, "group": "treated", "complained": 2, "share": 0.01, "low": 0.0, "high": 0.04},
        {**told, "group": "capped", "complained": 20, "more": 0.09, "more_low": 0.04, "more_high": 0.14},
    ]
    kept = {"share": 0.2, "counts": {**counts, "asked": n, "former": 0}, "excluded": excluded, "left_out": n}
    run.summary = {**run.summary, "expectation": kept}
    run.save()
    return run
