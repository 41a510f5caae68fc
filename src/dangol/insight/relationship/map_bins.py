"""The map when there are too many customers for points: 5-point bins, and the rug of those not placed on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.fair_line import REGIONS, UNKNOWN, Words

type Array = npt.NDArray[np.float64]

SIDE = 5  # points
BINS = 100 // SIDE
PLACED = tuple(name for name in REGIONS if name != UNKNOWN)


def bins(customer_value: Array, customer_equity: Array, regions: Words) -> list[list[int]]:
    """Counts per bin that holds anybody: [x, y, I, II, III], x and y the lower edges in points.

    100 belongs to the last bin.
    """
    counts = np.zeros((BINS, BINS, len(PLACED)), dtype=np.intp)
    for number, name in enumerate(PLACED):
        here = regions == name
        np.add.at(counts[:, :, number], (place(customer_equity[here], SIDE), place(customer_value[here], SIDE)), 1)
    xs, ys = np.nonzero(counts.sum(axis=2))
    return [[x * SIDE, y * SIDE, *counts[x, y].tolist()] for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]


def rug(customer_equity: Array, regions: Words) -> list[int]:
    """Customers whose customer value is unknown and customer equity known, per point of it: 100 counts."""
    waiting = (regions == UNKNOWN) & ~np.isnan(customer_equity)
    counted: list[int] = np.bincount(place(customer_equity[waiting], 1), minlength=100).tolist()
    return counted


def place(values: Array, side: int) -> npt.NDArray[np.intp]:
    """Number of the bin of each value 0–100."""
    last = 100 // side - 1
    return np.clip(np.floor(values / side), 0, last).astype(np.intp)
