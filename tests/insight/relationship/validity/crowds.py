"""Customers of whom it is known whether the distance to the line makes them leave, and how much."""

from __future__ import annotations

import numpy as np

from dangol.insight.relationship import fair_line
from dangol.insight.relationship.validity.hazards import Watched

DAYS = 91


def crowd(seed: int, size: int = 400, *, effect: float = 0.0) -> Watched:
    """effect: of ten points further below the line on the logarithm of the hazard, beside equity and silence."""
    random = np.random.default_rng(seed)
    equity, value = random.uniform(0, 100, size), random.uniform(0, 100, size)
    value = np.clip(0.5 * equity + 0.5 * value, 0, 100)
    quiet = random.uniform(0, 1, size)
    said = -0.15 * equity / 10 + 0.8 * quiet + effect * (equity - value) / 10
    day = np.ceil(random.exponential(1 / (0.008 * np.exp(said))))
    return Watched(
        day=np.minimum(day, DAYS),
        left=day <= DAYS,
        value=value,
        equity=equity,
        money=1_000 * equity**2,
        quiet=quiet,
        region=fair_line.region(value, equity, 15.0),
        alike=random.integers(0, 3, size),
    )
