"""Below what they expect: the rule, in arrays, and the scores it leaves (Fournier: the best customers served worst).

A gap is measured where a customer answered: what they perceive less what they expect, where one survey asked both; else
their last answer less their own earlier ones on the same dimensions. Shortfalls of the last days are counted:
complaints, late deliveries, returns. A complaint that stands open counts however old it is; one older than those days
of which nothing is told does not. Below expectation is who has a gap at or below the floor, an open complaint, or so
many shortfalls. Who has no gap measured and no such shortfalls is unknown: no complaint is no praise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.actions import Column

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]

DAYS = 90
FLOOR = -0.10  # of the scale's whole length
FEWEST = 2  # shortfalls
BEST, BELOW, MET = "best_below", "below", "met"
ASKED, FORMER = "asked", "former"  # how a gap was measured
COUNTED = ("complaints", "late_deliveries", "returns", "open_complaints")
SCORES = {name: f"lately_{name}" for name in COUNTED}


@dataclass(frozen=True)
class Served:
    """One row per customer. asked, former: the two gaps, NaN where not measured; counted: by the names of COUNTED;
    equity: NaN where unknown; active: who has an exchange now, among whom the best are looked for.
    """

    asked: Array
    former: Array
    counted: dict[str, Array]
    equity: Array
    active: Marks

    @property
    def gap(self) -> Array:
        """The gap that counts: against what was expected where both were asked, else against the former level."""
        found: Array = np.where(np.isnan(self.asked), self.former, self.asked)
        return found.round(9)  # .6 − .7 is a little more than −.1 to a computer

    @property
    def shortfalls(self) -> Array:
        """How many; an open complaint of these days is one of the complaints already, an older one is none of them."""
        found: Array = self.counted["complaints"] + self.counted["late_deliveries"] + self.counted["returns"]
        return found

    @property
    def below(self) -> Marks:
        found: Marks = (self.gap <= FLOOR) | (self.shortfalls >= FEWEST) | (self.counted["open_complaints"] > 0)
        return found

    @property
    def known(self) -> Marks:
        found: Marks = ~np.isnan(self.gap) | self.below
        return found

    def best(self, share: float) -> Marks:
        """The top share of the active customers by equity; at equal equity all of them or none."""
        told = self.active & ~np.isnan(self.equity)
        if not told.any():
            return np.zeros(len(self.equity), np.bool_)
        least = np.sort(self.equity[told])[::-1][max(round(share * int(told.sum())), 1) - 1]
        among: Marks = told & (self.equity >= least)
        if among.sum() > 2 * max(share * told.sum(), 1):  # nearly everybody is equal: there are no best
            among = told & (self.equity > least)
        return among

    def words(self, share: float) -> npt.NDArray[np.str_]:
        """best_below, below or met; "" where unknown."""
        found = np.full(len(self.gap), "", dtype="U10")
        found[self.known] = MET
        found[self.below] = BELOW
        found[self.below & self.best(share)] = BEST
        return found


def columns(served: Served, share: float) -> Iterator[Column]:
    """The scores: the state with the gap beside it, how the gap was measured, and each shortfall that was counted."""
    words = served.words(share)
    yield Column("expectation", np.where(served.known, np.nan_to_num(served.shortfalls), np.nan), texts=words.tolist())
    how = np.where(np.isnan(served.asked), FORMER, ASKED)
    yield Column("expectation_gap", served.gap, texts=np.where(np.isnan(served.gap), "", how).tolist())
    for name, score in SCORES.items():
        counts = served.counted[name]
        yield Column(score, np.where(counts > 0, counts, np.nan))


def summary(served: Served, share: float) -> dict[str, int]:
    """How many there are of each, for the page and for Today."""
    best, words = served.best(share), served.words(share)
    return {
        "customers": len(words),
        "best": int(best.sum()),
        "best_known": int((best & served.known).sum()),
        BEST: int((words == BEST).sum()),
        BELOW: int((words == BELOW).sum()),
        MET: int((words == MET).sum()),
        "unknown": int((words == "").sum()),
        ASKED: int((~np.isnan(served.asked)).sum()),
        FORMER: int((np.isnan(served.asked) & ~np.isnan(served.former)).sum()),
    }
