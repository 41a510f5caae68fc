"""The two sides of a customer as the definitions have them, for whatever is known or supposed of the customer."""

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import WEEK, Flags, Real, Words
from dangol.contact.intake.sources.dairy.proof.assumptions import (
    DISCOUNT,
    DRIFT,
    HORIZON,
    MARGIN,
    QUARTER,
    STAYS,
    TOLERANCE,
)

REGIONS = ("I", "II", "III")
WEEKS = QUARTER / WEEK


def equity(rate: Real, drift: Real, hazard: Real, basket: Real, alive: Real | Flags) -> Real:
    """Margin over the horizon, discounted: purchases at a rate that drifts back to its mean, while they stay."""
    total = np.zeros(np.broadcast(rate, hazard).shape)
    for number in range(HORIZON):
        after = STAYS ** (number + 1)
        weeks = (number + 0.5) * WEEKS
        stays = np.exp(-hazard * weeks) / (1 + DISCOUNT) ** (weeks / 52)
        total += np.exp(after * drift + DRIFT**2 * (1 - after**2) / 2) * stays
    return np.asarray(MARGIN * basket * rate * WEEKS * total * alive)


class Scale:
    """Percentiles 0–100 against everybody's values, ties in the middle of their ranks."""

    def __init__(self, values: Real) -> None:
        self.sorted = np.sort(values, axis=None)

    def __call__(self, values: Real) -> Real:
        low = np.searchsorted(self.sorted, values, "left")
        high = np.searchsorted(self.sorted, values, "right")
        return np.asarray((low + high) / 2 / len(self.sorted) * 100)


class Plane:
    """Where customers stand on the map: their customer value, customer equity and region."""

    def __init__(self, economic: Real, social: Real, cost: Real, worth: Real) -> None:
        balance = Scale(economic)(economic) + Scale(social)(social) + 100 - Scale(cost)(cost)
        self.value = Scale(balance)(balance)
        self.equity = Scale(worth)(worth)

    @property
    def region(self) -> Words:
        """The region of each."""
        return region(self.value, self.equity)


def region(value: Real, worth: Real) -> Words:
    """I where the customer gets more than they give, II where less, III between."""
    gap = value - worth
    return np.select([gap > TOLERANCE, -gap > TOLERANCE], REGIONS[:2], REGIONS[2]).astype(object)
