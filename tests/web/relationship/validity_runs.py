"""A finished test of the line as the page shows it, of customers of whom it is known what makes them leave."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.validity.foretelling import Foretold, Rule
from dangol.insight.relationship.validity.hazards import hazards
from dangol.insight.relationship.validity.names import KIND
from dangol.insight.relationship.validity.sensitivity import sensitivity
from dangol.insight.relationship.validity.side_by_side import side_by_side
from tests.insight.relationship.validity.crowds import crowd


def validity_run(
    at: datetime, *, effect: float = 0.0, stricter: float | None = None, size: int = 1_500, spending: float = 0.2
) -> Run:
    """effect: of ten points below the line; stricter: by the stricter rules; spending: how far value is spending."""
    pair = {
        "since": "2026-07-31", "until": "2026-08-31", "customers": 500, "kappa": 0.8, "new": 4, "lost": 2,
        "stayed": {"value": 0.9, "low": 0.87, "high": 0.93},
    }  # fmt: skip
    return Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"cut_off": "2026-06-12", "until": "2026-09-11", "weeks": 13, "asked": None, "by": None,
                    "tolerance": 15.0},
        summary={
            "first": "2025-09-12",
            "foretold": asdict(_foretold(effect, effect if stricter is None else stricter, size, spending)),
            "sensitivity": _sensitivity(),
            "stability": {"pairs": [pair], "moves": [[90, 9, 1], [12, 276, 12], [1, 9, 90]]}, "seconds": 1.0,
        },
    )  # fmt: skip


@cache
def _foretold(effect: float, stricter: float, size: int, spending: float) -> Foretold:
    main, other = crowd(3, size, effect=effect), crowd(4, size, effect=stricter)
    strict = hazards(other)
    rules = (Rule(3.0, 90, hazards(main)), Rule(4.0, 20, strict), Rule(5.0, 10, strict))
    line = np.full(size, "")
    return Foretold(size + 60, 30, 10, 15, 5, spending, 0.5, rules, side_by_side(
        main.equity, main.region, main.left, line))  # fmt: skip


@cache
def _sensitivity() -> dict[str, Any] | None:
    random = np.random.default_rng(1)
    tried = sensitivity(random.uniform(0, 100, (3, 500)), random.uniform(0, 100, 500), weights=(1, 1, 1), tolerance=15)
    return asdict(tried) if tried else None
