"""The best portfolio of a few customers, exactly: all sums worth keeping, customer by customer.

A sum of some customers' choices is kept while no other costs no more and gains as much, and while what the rest could
add at the price of money may still beat the best known. Source: Nemhauser & Ullmann (1969), with Lagrangian bounds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Choices = npt.NDArray[np.int16]
type Costs = npt.NDArray[np.int64]

NONE = -1
MOST_SUMS = 50_000  # beyond it the most promising are kept, and nothing is proven
ROUNDING = 1e-12


def best_of_few(gains: Array, costs: Costs, *, budget: int, price: float, start: Choices) -> tuple[Choices, bool]:
    """(choices, true when none is better): gains (n, k), −inf where there is nothing to take; costs (n, k)."""
    known = _gain(gains, start)
    slack = ROUNDING * max(1.0, abs(known))
    could = np.maximum((gains - price * costs).max(axis=1, initial=0.0), 0.0)
    rest = np.append(np.cumsum(could[::-1])[::-1], 0.0)[1:]  # of the customers still to come
    cost, gain, proven = np.zeros(1, np.int64), np.zeros(1), True
    steps: list[tuple[npt.NDArray[np.int64], Choices]] = []
    for at in range(len(gains)):
        came, choice, cost, gain = _extended(cost, gain, gains[at], costs[at], budget)
        hope = gain + rest[at] + price * (budget - cost)
        kept = hope > known + slack
        if kept.sum() > MOST_SUMS:
            proven = False
            kept[kept] = hope[kept] >= np.partition(hope[kept], -MOST_SUMS)[-MOST_SUMS]
        came, choice, cost, gain = came[kept], choice[kept], cost[kept], gain[kept]
        if not len(cost):
            return start, proven
        steps.append((came, choice))
    if not len(gains) or gain.max() <= known:
        return start, proven
    return _traced(steps, int(gain.argmax())), proven


def _extended(
    cost: Costs, gain: Array, gains: Array, costs: Costs, budget: int
) -> tuple[npt.NDArray[np.int64], Choices, Costs, Array]:
    """Every sum with every choice of one more customer, without those that another one dominates."""
    options = np.flatnonzero(np.isfinite(gains))
    choice = np.concatenate([[NONE], options]).astype(np.int16)
    all_cost = (cost[:, None] + np.concatenate([[0], costs[options]])[None, :]).ravel()
    all_gain = (gain[:, None] + np.concatenate([[0.0], gains[options]])[None, :]).ravel()
    order = np.lexsort((-all_gain, all_cost))
    order = order[all_cost[order] <= budget]
    best = np.maximum.accumulate(all_gain[order])
    kept = order[np.concatenate([[True], all_gain[order][1:] > best[:-1]])] if len(order) else order
    return kept // len(choice), choice[kept % len(choice)], all_cost[kept], all_gain[kept]


def _traced(steps: list[tuple[npt.NDArray[np.int64], Choices]], at: int) -> Choices:
    chosen = np.full(len(steps), NONE, np.int16)
    for customer in range(len(steps) - 1, -1, -1):
        came, choice = steps[customer]
        chosen[customer] = choice[at]
        at = int(came[at])
    return chosen


def _gain(gains: Array, chosen: Choices) -> float:
    some = np.flatnonzero(chosen != NONE)
    return float(gains[some, chosen[some]].sum())
