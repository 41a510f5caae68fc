"""The same customers in two periods: their own differences, not two crowds.

Student's paired t (1908) with Wilcoxon's signed ranks (1945) beside; a share by those who changed: McNemar's exact
chance, and the interval of Newcombe for paired shares (1998b, method 10).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import Array, Beside, CannotSay, Check, Estimate, enough, skewness
from dangol.insight.analysis.statistics.two_groups import FAR, SKEWED, Difference, Side
from dangol.insight.analysis.statistics.two_shares import DifferenceOfShares, share_of


def change_of(before: npt.ArrayLike, after: npt.ArrayLike) -> Difference:
    """After minus before of the same customers, in the same order. Raises CannotSay."""
    from scipy.special import stdtr, stdtrit

    x, y = np.asarray(before, np.float64), np.asarray(after, np.float64)
    apart: Array = y - x
    n = len(apart)
    size = enough(n)
    if np.ptp(apart) == 0:
        raise CannotSay("all_equal", value=float(apart[0]), other=float(apart[0]))
    sd = float(apart.std(ddof=1))
    mean, error = float(apart.mean()), sd / sqrt(n)
    reach = float(stdtrit(n - 1, 0.975)) * error
    skew = skewness(apart)
    shape = Check("shape", abs(skew) <= SKEWED and abs(skew) / sqrt(n) <= FAR, {"skew": skew, "left": skew / sqrt(n)})
    effect = mean / sd * (1 - 3 / (4 * (n - 1) - 1))
    wide = NORMAL_975 * sqrt(1 / n + effect**2 / (2 * n))
    return Difference(
        _side(y), _side(x), Estimate(mean, mean - reach, mean + reach), float(2 * stdtr(n - 1, -abs(mean) / error)),
        "paired", Estimate(effect, effect - wide, effect + wide), () if shape.fine else _ranks(apart), (size, shape),
    )  # fmt: skip


def change_of_share(before: npt.ArrayLike, after: npt.ArrayLike) -> DifferenceOfShares:
    """The share of the same customers after, minus before. Raises CannotSay."""
    from scipy.stats import binomtest

    x, y = np.asarray(before, bool), np.asarray(after, bool)
    n = len(x)
    size = enough(n)
    came, went = int((y & ~x).sum()), int((x & ~y).sum())
    if came + went == 0:
        raise CannotSay("nobody_changed", n=n)
    first, second = share_of(int(y.sum()), n), share_of(int(x.sum()), n)
    gap = first.share.value - second.share.value
    phi = _phi(int((x & y).sum()), came, went, int((~x & ~y).sum()))
    d1, d2 = first.share.value - first.share.low, second.share.high - second.share.value
    e1, e2 = first.share.high - first.share.value, second.share.value - second.share.low
    down, up = sqrt(max(d1**2 - 2 * phi * d1 * d2 + d2**2, 0)), sqrt(max(e1**2 - 2 * phi * e1 * e2 + e2**2, 0))
    changed = Check("changed", came + went >= FEWEST_CHANGED, {"changed": came + went, "came": came, "went": went})
    return DifferenceOfShares(
        first, second, Estimate(gap, max(gap - down, -1.0), min(gap + up, 1.0)),
        float(binomtest(came, came + went, 0.5).pvalue), "mcnemar",
        first.share.value / second.share.value if second.count else None,
        float(2 * np.arcsin(sqrt(first.share.value)) - 2 * np.arcsin(sqrt(second.share.value))), (size, changed),
    )  # fmt: skip


FEWEST_CHANGED = 10  # customers


def _phi(both: int, came: int, went: int, neither: int) -> float:
    """How much the two answers of one customer go together, corrected as Newcombe does."""
    n = both + came + went + neither
    above = float(both * neither - came * went)
    above = max(above - n / 2, 0.0) if above > 0 else above
    below = (both + came) * (went + neither) * (both + went) * (came + neither)
    return above / sqrt(below) if below else 0.0


def _side(values: Array) -> Side:
    return Side(len(values), float(values.mean()), float(values.std(ddof=1)), float(np.median(values)))


def _ranks(apart: Array) -> tuple[Beside, ...]:
    from scipy.stats import wilcoxon

    return (Beside("wilcoxon", float(wilcoxon(apart).pvalue)),) if (apart != 0).sum() >= 10 else ()
