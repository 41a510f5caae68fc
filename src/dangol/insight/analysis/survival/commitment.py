"""Commitment of customers under contract: which part of the months that they could stay we expect to have.

commitment = Σ_h S(h) (1+d)^(-h/year) / Σ_h (1+d)^(-h/year), h = 1 … horizon: discounted expected months over discounted
months of one who stays. Times the potential, which is that of one who stays, it is the equity: leaving counts once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.horizon import schedule
from dangol.insight.analysis.estimators.summary import Array
from dangol.insight.analysis.survival.contracts import BadContracts

ROUNDING = 1e-9


def discounted_months(survival: npt.ArrayLike, *, discount: float, year: float = 12.0) -> Array:
    """Discounted expected months of each customer: Σ_h S(h) (1+discount)^(-h/year).

    survival: (customers, horizon), the chance of being with us after 1, 2, … months, given with us now; discount: rate
    per year (0.10). Raises BadContracts and BadHorizon.
    """
    chances = _chances(survival)
    _, factors = schedule(float(chances.shape[1]), 1.0, discount, year)
    return chances @ factors


def commitment_of(survival: npt.ArrayLike, *, discount: float, year: float = 12.0) -> Array:
    """Part of the potential expected to be realised, 0 to 1, for each customer; as `discounted_months`."""
    chances = _chances(survival)
    stays = discounted_months(np.ones((1, chances.shape[1])), discount=discount, year=year)
    return np.clip(discounted_months(chances, discount=discount, year=year) / stays, 0.0, 1.0)


def _chances(survival: npt.ArrayLike) -> Array:
    try:
        chances = np.asarray(survival, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadContracts(f"survival holds something that is not a number ({error}).") from error
    if chances.ndim != 2 or not chances.shape[1]:
        raise BadContracts("survival must be one row per customer and one column per month ahead, at least one.")
    if not ((chances >= -ROUNDING) & (chances <= 1 + ROUNDING)).all():
        raise BadContracts("survival holds something that is no chance between 0 and 1.")
    if (np.diff(chances, axis=1) > ROUNDING).any():
        raise BadContracts("survival rises from one month to the next; who has left does not come back.")
    return chances
