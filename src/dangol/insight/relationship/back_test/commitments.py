"""Whether commitment came true: of the purchases a customer would make if they stayed, how many were made.

It says nothing of the chance to buy at least once, which is another thing and is held against buyers elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.back_test.ratios import NOTHING, Span, ratio
from dangol.insight.relationship.back_test.tenths import tenths
from dangol.insight.relationship.back_test.verdicts import Verdict, in_sum, off, with_groups
from dangol.insight.relationship.commitment import commitment

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tenth:
    """Customers of like commitment. said: Σ expected ÷ Σ potential; realised: Σ purchases ÷ Σ potential."""

    customers: int
    potential: float
    said: float
    purchases: float
    realised: Span | None

    @property
    def off(self) -> bool:
        """Whether it came otherwise than was said."""
        return self.realised is not None and off(self.realised, self.said)


@dataclass(frozen=True)
class Commitments:
    """Commitment against purchases, all in purchases within the weeks held back.

    potential: if everybody had stayed; expected: leaving allowed for; purchases: made; said: expected ÷ potential;
    realised: purchases ÷ potential; ratio: purchases ÷ expected; tenths: from the least committed.
    """

    customers: int
    potential: float
    expected: float
    purchases: float
    said: float
    realised: Span | None
    ratio: Span | None
    tenths: tuple[Tenth, ...]

    @property
    def verdict(self) -> Verdict:
        """In sum, and tenth by tenth."""
        return with_groups(in_sum(self.ratio), (one.off for one in self.tenths))


def commitments(expected: Array, potential: Array, purchases: Array, keys: npt.NDArray[np.int64]) -> Commitments | None:
    """Hold the commitment of these customers against their purchases; None where as good as none was possible.

    expected: purchases of each, leaving allowed for; potential: the same if they stay throughout.
    """
    if potential.sum() <= NOTHING:
        return None
    share = commitment(expected, potential)
    promised = share * potential
    return Commitments(
        customers=len(share),
        potential=float(potential.sum()),
        expected=float(promised.sum()),
        purchases=float(purchases.sum()),
        said=float(promised.sum() / potential.sum()),
        realised=ratio(purchases, potential),
        ratio=ratio(purchases, promised),
        tenths=tuple(_tenth(promised[who], potential[who], purchases[who]) for who in tenths(share, keys)),
    )


def _tenth(promised: Array, potential: Array, purchases: Array) -> Tenth:
    possible = float(potential.sum())
    said = float(promised.sum()) / possible if possible > 0 else 0.0
    return Tenth(len(promised), possible, said, float(purchases.sum()), ratio(purchases, potential))
