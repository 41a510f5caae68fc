"""Several questions about one outcome: Holm's adjusted chances (1979), which hold whatever the questions have in
common.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(chances: Sequence[float]) -> list[float]:
    """Each chance as it is when all of them are asked together, in the order in which they came."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    adjusted, so_far = [0.0] * len(chances), 0.0
    for rank, at in enumerate(order):
        so_far = max(so_far, min(1.0, (len(chances) - rank) * chances[at]))
        adjusted[at] = so_far
    return adjusted
