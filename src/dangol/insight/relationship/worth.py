"""What one fit makes of each buyer: potential, commitment, equity, each row for itself.

Called by: company_side, on this machine or on the workers of a cluster. Must never know: Django, or who the buyers are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma
from dangol.insight.relationship.commitment import commitment, equity
from dangol.insight.relationship.potential import potential, relative_interval, relative_variance

type Array = npt.NDArray[np.float64]

ASKED = ("x", "t_x", "T", "purchases", "mean_spend")
PER_BUYER = ("p_alive", "potential", "potential_low", "potential_high", "commitment", "equity", "variance")


class Months(TypedDict):
    """The time that values are over, in days; discount: a year."""

    horizon: float
    step: float
    discount: float
    year: float


@dataclass(frozen=True)
class Worth:
    """Takes the columns ASKED of buyers, gives PER_BUYER; days and minor units. Raises BeyondNumbers."""

    rhythm: BuyTillYouDie
    gamma_gamma: GammaGamma
    months: Months
    margin_rate: float

    def __call__(self, buyers: pa.Table) -> pa.Table:
        """The values of these buyers, in their order."""
        x, t_x, T, purchases, mean_spend = (buyers[name].to_numpy() for name in ASKED)
        margin = self.gamma_gamma.expected_spend(purchases, mean_spend) * self.margin_rate
        if_alive = self.rhythm.discounted_purchases_if_alive(x, t_x, T, **self.months)
        ahead = potential(margin, if_alive)
        bound = commitment(self.rhythm.discounted_purchases(x, t_x, T, **self.months), if_alive)
        worth = equity(ahead, bound)
        shapes = self._shapes(x, t_x, T, purchases)
        low, high = relative_interval(*shapes)
        alive = self.rhythm.p_alive(x, t_x, T)
        variance = worth**2 * relative_variance(*shapes)
        found = (alive, ahead, ahead * low, ahead * high, bound, worth, variance)
        return pa.table(dict(zip(PER_BUYER, found, strict=True)))

    def _shapes(self, x: Array, t_x: Array, T: Array, purchases: Array) -> tuple[Array, Array]:
        """Shapes of the posteriors of rate and of 1/spend."""
        spend = self.gamma_gamma.params_
        return self.rhythm.rate_shape(x, t_x, T), spend["p"] * purchases + spend["q"]
