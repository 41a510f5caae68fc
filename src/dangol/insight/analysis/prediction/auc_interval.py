"""95 % interval of an area under the ROC curve that nobody's place can shrink to nothing.

Newcombe 2006 (Statistics in Medicine 25:559–573), method 5, as Wilson does it for a share: the areas θ from which the
one observed lies no farther than 1.96 standard deviations, the deviation taken at θ. Its square is that of Hanley and
McNeil (1982) with n* = (m + n) ÷ 2 − 1 in the place of m − 1 and n − 1:

    V(θ) = θ (1 − θ) (1 + n* ((1 − θ) ÷ (2 − θ) + θ ÷ (1 + θ))) ÷ (m n)
"""

from __future__ import annotations

from math import sqrt

from dangol.insight.analysis.intervals import NORMAL_975

NEXT_TO_NOTHING = 1e-12  # V is 0 at both ends, which are no answer


def newcombe(auc: float, yes: int, no: int) -> tuple[float, float]:
    """The interval of an area observed on so many of either kind."""
    return _lowest(auc, yes, no), 1 - _lowest(1 - auc, yes, no)


def _lowest(auc: float, yes: int, no: int) -> float:
    from scipy.optimize import brentq

    if auc <= NEXT_TO_NOTHING:
        return 0.0
    ahead = (yes + no) / 2 - 1

    def beyond(theta: float) -> float:
        spread = 1 + ahead * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return auc - theta - NORMAL_975 * sqrt(theta * (1 - theta) * spread / (yes * no))

    return float(brentq(beyond, 0.0, min(auc, 1 - NEXT_TO_NOTHING)))
