"""How stable each group is: found again among other customers of the same kind, or not.

Bootstrap after Hennig (2007, "Cluster-wise assessment of cluster stability"): customers are drawn with replacement,
grouped anew, and each group is set beside the new one most like it, by the Jaccard share of those in either who are in
both, among customers who were drawn. The mean over the draws is its stability: from .75 on a group counts as stable,
below .6 as not there at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.intp]

STABLE = 0.75
DRAWS = 30


def stability(
    points: Array, labels: Labels, grouped: Callable[[Array, int], Labels], *, seed: int, draws: int = DRAWS
) -> Array:
    """The mean Jaccard share of each group. grouped: (points, seed) → their groups anew, numbered from 0."""
    groups = int(labels.max()) + 1
    random = np.random.default_rng(seed)
    sums = np.zeros(groups)
    for number in range(draws):
        drawn = random.integers(0, len(points), len(points))
        again = grouped(points[drawn], seed + number)
        # whoever was drawn several times counts once
        _, once = np.unique(drawn, return_index=True)
        sums += best_jaccard(labels[drawn[once]], again[once], groups)
    return sums / draws


def best_jaccard(labels: Labels, again: Labels, groups: int) -> Array:
    """For each group the Jaccard share of the new group most like it; 0 for one nobody was drawn of."""
    others = int(again.max()) + 1
    both = np.zeros((groups, others))
    np.add.at(both, (labels, again), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    shares: Array = (both / np.maximum(either, 1)).max(axis=1)
    return shares
