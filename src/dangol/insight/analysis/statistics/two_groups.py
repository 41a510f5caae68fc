"""A number in two groups: Welch's interval of the difference of means, and beside it what does not trust the means.

Welch (1947); Hedges' g with its usual large-sample interval (Hedges and Olkin 1985); Mann and Whitney (1947) and the
permutation of the studentised difference (Janssen 1997) where numbers are skewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.measurement import effect_of
from dangol.insight.analysis.statistics.findings import (
    Array,
    Beside,
    CannotSay,
    Check,
    Estimate,
    enough,
    known,
    skewness,
)

SKEWED = 1.0  # third moment: the exponential distribution has 2
FAR = 0.2  # part of the skew that is left in a mean of so many: above it the mean is not normal enough
SPREADS = 2.0  # times as wide
DRAWS, MOST_DRAWN = 4_999, 5_000  # permutations, and customers above which the means are as good as normal


@dataclass(frozen=True)
class Side:
    """One group: how many, and what the numbers are like."""

    n: int
    mean: float
    sd: float
    median: float


@dataclass(frozen=True)
class Difference:
    """First minus second. p: chance of a difference as large where there is none; effect: in spreads (Hedges' g)."""

    first: Side
    second: Side
    difference: Estimate
    p: float
    method: str
    effect: Estimate
    beside: tuple[Beside, ...]
    checks: tuple[Check, ...]


def difference_of(first: npt.ArrayLike, second: npt.ArrayLike, *, seed: int = 20_261_127) -> Difference:
    """Compare the means of two groups of customers. Raises CannotSay."""
    a, b = known(first), known(second)
    size = enough(len(a), len(b))
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        raise CannotSay("all_equal", value=float(a[0]), other=float(b[0]))
    treated = np.concatenate([np.ones(len(a), bool), np.zeros(len(b), bool)])
    found = effect_of(np.concatenate([a, b]), treated).raw
    shape, spread = _shape(a, b), _spread(a, b)
    beside = () if shape.fine else _without_means(a, b, seed)
    return Difference(
        _side(a), _side(b), Estimate(found.effect, found.ci_low, found.ci_high), welch_p(a, b), "welch",
        _hedges(a, b, found.sd), beside, (size, shape, spread, _outliers(a, b)),
    )  # fmt: skip


def welch_p(a: Array, b: Array) -> float:
    """Chance of a difference of means as large where there is none."""
    from scipy.special import stdtr

    parts = np.array([a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)])
    freedom = parts.sum() ** 2 / (parts**2 / np.array([len(a) - 1, len(b) - 1])).sum()
    return float(2 * stdtr(freedom, -abs(a.mean() - b.mean()) / sqrt(parts.sum())))


def _side(values: Array) -> Side:
    return Side(len(values), float(values.mean()), float(values.std(ddof=1)), float(np.median(values)))


def _shape(a: Array, b: Array) -> Check:
    """Whether means may be trusted: skewed numbers in few customers make intervals lie on the wrong side."""
    skew = max((skewness(one) for one in (a, b)), key=abs)
    left = max(abs(skewness(one)) / sqrt(len(one)) for one in (a, b))
    return Check("shape", abs(skew) <= SKEWED and left <= FAR, {"skew": skew, "left": left})


def _spread(a: Array, b: Array) -> Check:
    wide, narrow = sorted((float(a.std(ddof=1)), float(b.std(ddof=1))), reverse=True)
    times = wide / narrow if narrow > 0 else float("inf")
    return Check("spread", times <= SPREADS, {"times": times})


def _outliers(a: Array, b: Array) -> Check:
    """What one customer alone carries: the largest share that anybody has in the sum of squares of a group."""
    shares = [float(((one - one.mean()) ** 2).max() / max(((one - one.mean()) ** 2).sum(), 1e-300)) for one in (a, b)]
    return Check("outlier", max(shares) <= 0.5, {"share": max(shares)})


def _hedges(a: Array, b: Array, sd: float) -> Estimate:
    n = len(a) + len(b)
    g = (a.mean() - b.mean()) / sd * (1 - 3 / (4 * (n - 2) - 1)) if sd > 0 else 0.0
    reach = NORMAL_975 * sqrt(n / (len(a) * len(b)) + g**2 / (2 * n))
    return Estimate(float(g), float(g - reach), float(g + reach))


def _without_means(a: Array, b: Array, seed: int) -> tuple[Beside, ...]:
    from scipy.stats import mannwhitneyu

    ranks = mannwhitneyu(a, b)
    found = [Beside("mann_whitney", float(ranks.pvalue), _ahead(float(ranks.statistic), len(a), len(b)))]
    if len(a) + len(b) <= MOST_DRAWN:
        found.append(Beside("permutation", permuted_p(a, b, seed)))
    return tuple(found)


def _ahead(statistic: float, n: int, m: int) -> Estimate:
    """Chance that one of the first has more than one of the second, ties by half; interval of Hanley and McNeil
    (1982).
    """
    share = statistic / (n * m)
    q1, q2 = share / (2 - share), 2 * share**2 / (1 + share)
    variance = (share * (1 - share) + (n - 1) * (q1 - share**2) + (m - 1) * (q2 - share**2)) / (n * m)
    reach = NORMAL_975 * sqrt(max(variance, 0.0))
    return Estimate(share, max(share - reach, 0.0), min(share + reach, 1.0))


def permuted_p(a: Array, b: Array, seed: int) -> float:
    """Chance of a studentised difference as large when the groups are dealt anew."""
    draw = np.random.default_rng(seed)
    pool, n = np.concatenate([a, b]), len(a)
    seen, more, done = abs(_studentised(pool[None, :], n)[0]), 0, 0
    at_once = max(1, min(DRAWS, 2_000_000 // len(pool)))
    while done < DRAWS:
        batch = min(at_once, DRAWS - done)
        dealt = pool[np.argsort(draw.random((batch, len(pool)), np.float32), axis=1)]
        more += int((np.abs(_studentised(dealt, n)) >= seen - 1e-12).sum())
        done += batch
    return (more + 1) / (DRAWS + 1)


def _studentised(dealt: Array, n: int) -> Array:
    a, b = dealt[:, :n], dealt[:, n:]
    spread = np.sqrt(a.var(axis=1, ddof=1) / n + b.var(axis=1, ddof=1) / b.shape[1])
    apart: Array = (a.mean(axis=1) - b.mean(axis=1)) / np.maximum(spread, 1e-300)
    return apart
