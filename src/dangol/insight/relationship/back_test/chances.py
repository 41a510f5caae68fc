"""Whether the chance to buy at least once came true: Brier score, skill, reliability, calibration.

It says nothing of commitment, which is a share of purchases and is held against purchases elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.prediction.calibration import log_odds
from dangol.insight.relationship.back_test.calibration_line import Line, calibration_line
from dangol.insight.relationship.back_test.ratios import Span, ratio, smaller
from dangol.insight.relationship.back_test.tenths import tenths
from dangol.insight.relationship.back_test.verdicts import Apart, Verdict, apart, in_sum, off, with_groups

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ChanceGroup:
    """Customers of like chance. said: mean chance; share: the part that bought, low to high its 95 % interval."""

    customers: int
    said: float
    share: float
    low: float
    high: float

    @property
    def off(self) -> bool:
        """Whether it came otherwise than was said."""
        return off(Span(self.share, self.low, self.high), self.said)


@dataclass(frozen=True)
class Chances:
    """Chances against who bought.

    said: mean chance; brier: mean squared error of the chances; before: share of those who were customers before the
    period before who bought in it, known at the cut-off; over_before, over_own: how much smaller the squared error is
    than that of giving everybody this share, or the share of the weeks held back itself (1: none left; below 0: worse);
    ratio: bought ÷ expected to; line: of the calibration, None where there is none; groups: from the least likely.
    """

    customers: int
    bought: int
    said: float
    brier: float
    before: float | None
    over_before: Span | None
    over_own: Span | None
    ratio: Span | None
    line: Line | None
    groups: tuple[ChanceGroup, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether as many bought as were expected to, in sum and group by group."""
        return with_groups(in_sum(self.ratio), (one.off for one in self.groups))

    @property
    def apart(self) -> Apart:
        """Whether chances lie as far apart as what happened."""
        return apart(self.line.slope if self.line else None)


def chances(chance: Array, bought: BoolArray, keys: npt.NDArray[np.int64], *, before: float | None) -> Chances:
    """Hold the chances of these customers, at least one, against who bought."""
    came = bought.astype(np.float64)
    error = (chance - came) ** 2
    own = float(came.mean())
    return Chances(
        customers=len(chance),
        bought=int(bought.sum()),
        said=float(chance.mean()),
        brier=float(error.mean()),
        before=before,
        over_before=None if before is None else smaller(error, (before - came) ** 2),
        over_own=smaller(error, (own - came) ** 2),
        ratio=ratio(came, chance),
        line=calibration_line(log_odds(chance), bought),
        groups=tuple(_group(chance[who], bought[who]) for who in tenths(chance, keys)),
    )


def _group(chance: Array, bought: BoolArray) -> ChanceGroup:
    low, high = wilson(int(bought.sum()), len(bought))
    return ChanceGroup(len(chance), float(chance.mean()), float(bought.mean()), float(low), float(high))
