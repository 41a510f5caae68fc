"""Core customers by the three criteria of Park and Kim 3.1: what they bring in, steady exchange, their say.

None excludes another. By what they bring in: the fifth with the most net revenue in the last year (costs are not on
record, so it is revenue, not profit). By steady exchange: a purchase in each of the last four quarters. By their say:
reviews, suggestions, praise, opinions or reports as a monitor in the last year; who brings in others is not on record.
What the records cannot tell stays unknown: no exchange before a year of sales, no say where nobody has spoken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.standing import top
from dangol.insight.analysis.groups.words import EXCHANGE, OPINION, PROFIT

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]

SHARE = 0.2
QUARTERS = 4
YEAR = 365


@dataclass(frozen=True)
class Core:
    """criteria: who fulfils each, None where it cannot be told."""

    criteria: Mapping[str, Marks | None]

    @property
    def all_told(self) -> Marks | None:
        """Who fulfils every criterion that can be told; None where none can."""
        told = [marks for marks in self.criteria.values() if marks is not None]
        return np.logical_and.reduce(told) if told else None


def core(revenue: Array, quarters: Array, *, days_on_record: int, speaks: Marks | None, share: float = SHARE) -> Core:
    """revenue of the last year; quarters with a purchase, of the last four; speaks: who let their voice be heard."""
    lately = revenue > 0
    profit = np.zeros(len(revenue), bool)
    profit[lately] = top(revenue[lately], share)
    exchange = quarters >= QUARTERS if days_on_record >= YEAR else None
    return Core({PROFIT: profit if lately.any() else None, EXCHANGE: exchange, OPINION: speaks})
