"""How everybody stands with the shop: best, keeps buying, leaving, stopped, prospective; and who is long-standing.

The rules are plain and told on the page. Leaving: bought on three days or more and silent for longer than three times
the own mean gap between purchases (of people who buy at random times one in twenty is silent for so long, e⁻³), and for
a month at least. Stopped: no purchase in the last year. Best: of those still with us the fifth that brought in most in
the last year, ties together. Prospective: on record without a purchase, or in the first three months with us. The first
that holds of stopped, leaving, best, prospective counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.words import BEST, LEAVING, PROSPECTIVE, STEADY, STOPPED

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]

YEAR = 365
RHYTHM = 3  # purchases from which on there is a mean gap
SILENT = 3  # times the mean gap
LEAST_SILENCE = 30  # days
NEW = 90  # days
BEST_SHARE = 0.2
LONG = 365  # days since the first purchase


@dataclass(frozen=True)
class Bought:
    """Of each customer: days since the first and the last purchase, purchases ever, net revenue of the last year.

    NaN in the days where nothing was ever bought.
    """

    since_first: Array
    since_last: Array
    purchases_ever: Array
    revenue: Array

    @property
    def ever(self) -> Marks:
        return ~np.isnan(self.since_last)

    @property
    def lately(self) -> Marks:
        """Who bought in the last year."""
        return np.nan_to_num(self.since_last, nan=YEAR) < YEAR

    @property
    def leaving(self) -> Marks:
        """Who bought in the last year and has been silent for too long since, by their own rhythm."""
        gap = (self.since_first - self.since_last) / np.maximum(self.purchases_ever - 1, 1)
        silent = self.since_last > np.maximum(SILENT * gap, LEAST_SILENCE)
        return self.lately & (self.purchases_ever >= RHYTHM) & silent


def standings(bought: Bought, *, best_share: float = BEST_SHARE) -> npt.NDArray[np.object_]:
    """The standing of each customer, in words of ours."""
    still = bought.lately & ~bought.leaving
    best = np.zeros(len(still), bool)
    best[still] = top(bought.revenue[still], best_share)
    new = np.nan_to_num(bought.since_first, nan=0.0) < NEW
    return np.select(
        [~bought.ever, ~bought.lately, bought.leaving, best, new],
        [PROSPECTIVE, STOPPED, LEAVING, BEST, PROSPECTIVE], STEADY,
    ).astype(object)  # fmt: skip


def long_standing(bought: Bought) -> Marks:
    """Who first bought a year ago or longer, and still does."""
    return bought.lately & ~bought.leaving & (np.nan_to_num(bought.since_first, nan=0.0) >= LONG)


def top(values: Array, share: float) -> Marks:
    """Those with the most, this share of them at most unless ties at its edge would be torn apart; nobody with none."""
    if not len(values):
        return np.zeros(0, bool)
    better = len(values) - np.searchsorted(np.sort(values), values, side="right")
    marks: Marks = (better < share * len(values)) & (values > 0)
    return marks
