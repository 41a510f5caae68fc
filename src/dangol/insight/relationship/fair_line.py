"""The fair-value line: who gets more than they give, who gives more than they get.

On the plane of customer equity (x) and customer value (y), both 0–100, the line is y = x with a band of ±τ.
Source: Park & Kim, Dynamic CRM, figures 2 and 3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Words = npt.NDArray[np.str_]

MORE_TO_OFFER = "I"  # value not monetised: customer value above the band
SHORT_CHANGED = "II"  # customer equity above the band
FAIR = "III"
UNKNOWN = "unknown"
REGIONS = (MORE_TO_OFFER, SHORT_CHANGED, FAIR, UNKNOWN)


def region(customer_value: npt.ArrayLike, customer_equity: npt.ArrayLike, tolerance: float) -> Words:
    """Region of each customer: I if CV − CE > τ, II if CE − CV > τ, else III; unknown where either is NaN.

    All three on the 0–100 scale; scalars give an array of no dimension, which prints as the word.
    """
    gap = distance(customer_value, customer_equity)
    told = [np.isnan(gap), gap > tolerance, -gap > tolerance]
    return np.select(told, [UNKNOWN, MORE_TO_OFFER, SHORT_CHANGED], default=FAIR)


def distance(customer_value: npt.ArrayLike, customer_equity: npt.ArrayLike) -> Array:
    """CV − CE in points: above 0 the customer gets more, below 0 the company does; NaN where either is unknown."""
    gap: Array = np.asarray(customer_value, dtype=np.float64) - np.asarray(customer_equity, dtype=np.float64)
    return gap


def counts(regions: Words) -> dict[str, int]:
    """Customers in each region, all four named."""
    return {name: int((regions == name).sum()) for name in REGIONS}
