"""The programmes for a million customers are chosen within seconds

`choose` of `insight/relationship/positioning`: one million customers, eight programmes, gains that differ by customer,
the budget a fifth of what everybody's best would cost. Memory is what the process grew by while it chose, on top of the
gains (float32) themselves. The gap is to the bound that no portfolio can exceed. Small: every one of 200 offers of up
to 7 customers and 3 programmes against trying everything.
"""

from __future__ import annotations

import resource
import time
from itertools import product

import numpy as np

from dangol.insight.relationship.positioning.portfolio import choose
from tests.bench.figures import Figure

CUSTOMERS, PROGRAMMES = 1_000_000, 8
SMALL = 200


def figures() -> list[Figure]:
    chance = np.random.default_rng(12)
    costs = np.array([500, 1_000, 2_500, 4_000, 5_000, 8_000, 15_000, 30_000])
    gains = chance.standard_gamma(1.5, (CUSTOMERS, PROGRAMMES), dtype=np.float32)
    gains -= np.float32(0.2)
    gains *= costs.astype(np.float32)
    budget = int(costs[gains.argmax(axis=1)].sum() // 5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    found = choose(gains, costs, budget=budget)
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [
        Figure.at_most("1,000,000 customers × 8 programmes", seconds, 20, "s"),
        Figure.at_most("memory it needs beside the gains", grown, 512, "MB"),
        Figure.at_most("gap to the bound", found.gap / found.bound, 1e-6, "of the gain"),
        Figure.at_most("cost, of the budget", found.cost / budget, 1, "×"),
        Figure.equal("small offers as good as trying everything", _small(chance), SMALL, f"of {SMALL}"),
    ]


def _small(chance: np.random.Generator) -> int:
    right = 0
    for _ in range(SMALL):
        shape = (int(chance.integers(1, 8)), int(chance.integers(1, 4)))
        gains, costs = chance.normal(40, 50, shape), chance.integers(1, 60, shape)
        budget = int(chance.integers(0, 200))
        right += bool(np.isclose(choose(gains, costs, budget=budget).gain, _tried(gains, costs, budget)))
    return right


def _tried(gains: np.ndarray, costs: np.ndarray, budget: int) -> float:
    found = 0.0
    for choices in product(range(-1, gains.shape[1]), repeat=len(gains)):
        some = [(row, choice) for row, choice in enumerate(choices) if choice >= 0]
        if sum(int(costs[pair]) for pair in some) <= budget:
            found = max(found, sum(float(gains[pair]) for pair in some))
    return found
