"""A share in two groups: Newcombe's interval of the difference (1998, method 10), Fisher's exact chance where few."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, sqrt

import numpy as np

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.statistics.findings import CannotSay, Check, Estimate, enough

SMALL = 5.0  # expected in a cell: below, the exact chance is taken


@dataclass(frozen=True)
class Share:
    """One group: how many of how many, with Wilson's interval."""

    count: int
    n: int
    share: Estimate


@dataclass(frozen=True)
class DifferenceOfShares:
    """First minus second. ratio: None where the second has none; effect: Cohen's h."""

    first: Share
    second: Share
    difference: Estimate
    p: float
    method: str
    ratio: float | None
    effect: float
    checks: tuple[Check, ...]


def difference_of_shares(first: tuple[int, int], second: tuple[int, int]) -> DifferenceOfShares:
    """Compare (how many, of how many) in two groups. Raises CannotSay."""
    size = enough(first[1], second[1])
    a, b = share_of(*first), share_of(*second)
    together = a.count + b.count
    if together in {0, a.n + b.n}:
        raise CannotSay("nobody" if together == 0 else "everybody", n=a.n + b.n)
    least = min(a.n, b.n) * min(together, a.n + b.n - together) / (a.n + b.n)
    method = "chi_squared" if least >= SMALL else "fisher"
    angle = 2 * asin(sqrt(a.share.value)) - 2 * asin(sqrt(b.share.value))
    return DifferenceOfShares(
        a, b, newcombe(a, b), _chance(a, b, method), method,
        a.share.value / b.share.value if b.count else None, angle,
        (size, Check("expected", least >= SMALL, {"least": least, "wanted": SMALL})),
    )  # fmt: skip


def share_of(count: int, n: int) -> Share:
    """A share with its interval."""
    low, high = wilson(count, n)
    return Share(count, n, Estimate(count / n, float(low), float(high)))


def newcombe(a: Share, b: Share) -> Estimate:
    """The difference of two shares with the interval put together from both of Wilson's."""
    gap = a.share.value - b.share.value
    down = sqrt((a.share.value - a.share.low) ** 2 + (b.share.high - b.share.value) ** 2)
    up = sqrt((a.share.high - a.share.value) ** 2 + (b.share.value - b.share.low) ** 2)
    return Estimate(gap, max(gap - down, -1.0), min(gap + up, 1.0))


def _chance(a: Share, b: Share, method: str) -> float:
    from scipy.stats import chi2_contingency, fisher_exact

    table = np.array([[a.count, a.n - a.count], [b.count, b.n - b.count]])
    if method == "fisher":
        return float(fisher_exact(table).pvalue)
    return float(chi2_contingency(table, correction=False).pvalue)
