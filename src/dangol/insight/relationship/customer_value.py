"""Customer value: what the relationship gives the customer, less what it costs them, 0–100 on the frozen scale.

CV = percentile(w_e·E + w_s·S + w_c·(100 − C)), E, S and C being ranks on their own frozen scales.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

MIDDLE = 50.0  # an unknown part enters as the middle of the scale


def balance(economic: Array, social: Array, cost: Array, *, weights: tuple[float, float, float]) -> Array:
    """Weighted mean of E, S and 100 − C, 0–100, before it is ranked; NaN where no part is known.

    economic, social, cost: ranks 0–100, NaN where unknown. A part of weight 0 does not count as known.
    """
    parts = np.stack((economic, social, 100.0 - cost))
    shares = np.asarray(weights, dtype=np.float64) / sum(weights)
    mean: Array = shares @ np.where(np.isnan(parts), MIDDLE, parts)
    return np.where(parts_known(economic, social, cost, weights=weights) > 0, mean, np.nan)


def parts_known(economic: Array, social: Array, cost: Array, *, weights: tuple[float, float, float]) -> Array:
    """How many of the three parts are known of each customer, 0–3."""
    known = ~np.isnan(np.stack((economic, social, cost)))
    counted: Array = (known & (np.asarray(weights) > 0)[:, None]).sum(axis=0).astype(np.float64)
    return counted
