"""Customers in groups of equal size by what was said of them: tenths, or fewer groups where there are few customers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

MOST = 10
FEWEST = 20  # customers a group


def tenths(said: Array, keys: npt.NDArray[np.int64]) -> list[npt.NDArray[np.intp]]:
    """Where the customers of each group stand, from the least said to the most.

    Ties go by key, so the order of the rows is of no matter.
    """
    order = np.lexsort((keys, said))
    return np.array_split(order, min(MOST, max(1, len(order) // FEWEST)))
