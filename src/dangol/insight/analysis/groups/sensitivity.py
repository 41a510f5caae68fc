"""What customers come for (Kim, table 1): a price that is cut, or the shop itself.

Everybody's purchases of a year are set against the share of all purchases that had a discount. Price-sensitive: the
lower end of the interval of their own share (95 %, Wilson) lies above it. Relationship-sensitive: the upper end lies
below it, and they are still with us. With fewer than five purchases nothing is said; between the two, nothing is clear.
It says how somebody bought, not how they would buy if prices changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.words import BETWEEN, PRICE, RELATIONSHIP, TOO_FEW
from dangol.insight.analysis.intervals import wilson

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]

FEWEST = 5
TELLING = 0.02  # least share of purchases with a discount, and of those without


@dataclass(frozen=True)
class Split:
    """texts: what each comes for, "" where nothing can be said. share: of all purchases with a discount, None where
    nobody bought. told: whether discounts tell anything apart here.
    """

    texts: npt.NDArray[np.object_]
    share: float | None
    told: bool


def split(purchases: Array, off_days: Array, still: Marks) -> Split:
    """Purchases of the year and those with a discount; still: who is still with us. Who bought nothing gets no word."""
    everything = float(purchases.sum())
    share = float(off_days.sum()) / everything if everything else None
    texts = np.full(len(purchases), "", dtype=object)
    if share is None or not TELLING <= share <= 1 - TELLING:
        return Split(texts, share, told=False)
    bought = purchases > 0
    low, high = (np.full(len(purchases), np.nan) for _ in range(2))
    low[bought], high[bought] = wilson(off_days[bought].astype(np.int64), purchases[bought].astype(np.int64))
    enough = purchases >= FEWEST
    texts[bought] = np.select(
        [~enough[bought], low[bought] > share, (high < share)[bought] & still[bought]],
        [TOO_FEW, PRICE, RELATIONSHIP], BETWEEN,
    )  # fmt: skip
    return Split(texts, share, told=True)
