"""95 % intervals: how far the normal distribution reaches, and Wilson's interval of a share.

Knows neither Django nor a database: estimators use it, too.
"""

from __future__ import annotations

from typing import overload

import numpy as np
import numpy.typing as npt

NORMAL_975 = 1.959963984540054  # 95 of a hundred lie within so many standard deviations on both sides

type Counts = npt.NDArray[np.int64]
type Array = npt.NDArray[np.float64]


@overload
def wilson(count: int, among: int) -> tuple[float, float]: ...


@overload
def wilson(count: Counts, among: Counts) -> tuple[Array, Array]: ...


def wilson(count: int | Counts, among: int | Counts) -> tuple[float | Array, float | Array]:
    """95 % interval of a share, count ÷ among (Wilson 1927); from 0 to 1 where there is nothing to count among."""
    n = np.maximum(np.asarray(among, np.float64), 1.0)
    share = count / n
    spread = NORMAL_975**2 / n
    middle = (share + spread / 2) / (1 + spread)
    reach = NORMAL_975 * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    known = np.asarray(among) > 0
    low, high = np.clip(middle - reach, 0.0, share), np.clip(middle + reach, share, 1.0)
    return np.where(known, low, 0.0)[()], np.where(known, high, 1.0)[()]
