"""A finished test of values as the page shows it, of customers of whom it is known what is true."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.back_test.chances import chances
from dangol.insight.relationship.back_test.commitments import commitments
from dangol.insight.relationship.back_test.money import money
from dangol.insight.relationship.back_test.names import KIND
from dangol.insight.relationship.back_test.outcome import Outcome
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
