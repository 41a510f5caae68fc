"""What chance alone would do: exact tests, intervals, and the price of having looked at many rules at once.

Arrays in, arrays out, one element a rule. Counts are whole numbers of baskets or customers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975

type Counts = npt.NDArray[np.int64]
type Array = npt.NDArray[np.float64]

TINY = 1e-17  # a term this small beside the sum changes no digit of it


def fisher(both: Counts, first: Counts, second: Counts, among: Counts) -> Array:
    """Chance of at least `both` together, were the first and the second strangers to each other: P(X ≥ both).

    Fisher's exact test, one-sided (Fisher 1922): X is hypergeometric, with `first` of `among` baskets drawn, of which
    `second` hold what is asked for. All digits that the logarithms of factorials leave: relative error below 1e-7 up
    to ten million baskets.
    """
    both, first, second, among = (np.asarray(part, np.int64) for part in (both, first, second, among))
    least = np.maximum(0, first + second - among)
    # the shorter tail is summed, from its largest term outwards: every further term is smaller
    upper = both * among > first * second
    start = np.where(upper, both, both - 1)
    empty = start < least
    start = np.maximum(start, least)
    tail = np.exp(_log_chance(start, first, second, among)) * _sum(start, first, second, among, upper)
    return np.clip(np.where(upper, tail, np.where(empty, 1.0, 1.0 - tail)), 0.0, 1.0)


def _log_chance(x: Counts, first: Counts, second: Counts, among: Counts) -> Array:
    from scipy.special import gammaln

    def choose(of: Counts, some: Counts) -> Array:
        chosen: Array = gammaln(of + 1.0) - gammaln(some + 1.0) - gammaln(of - some + 1.0)
        return chosen

    return choose(second, x) + choose(among - second, first - x) - choose(among, first)


def _sum(start: Counts, first: Counts, second: Counts, among: Counts, upper: npt.NDArray[np.bool_]) -> Array:
    """The tail from `start` on, outwards, in units of the chance of `start` itself."""
    total, term = np.ones(len(start)), np.ones(len(start))
    at = start.astype(np.float64)
    step = np.where(upper, 1.0, -1.0)
    one, other, rest = first.astype(np.float64), second.astype(np.float64), (among - first - second).astype(np.float64)
    open_ = np.arange(len(start))
    while len(open_):
        low = np.minimum(at[open_], at[open_] + step[open_])  # the smaller of this place and the next
        ahead = (one[open_] - low) * (other[open_] - low)
        back = (low + 1) * (rest[open_] + low + 1)
        up = upper[open_]
        # at the end of what is possible the factor is 0
        factor = np.where(up, ahead, back) / np.where(up, back, ahead)
        term[open_] *= np.where(low < 0, 0.0, factor)
        total[open_] += term[open_]
        at[open_] += step[open_]
        open_ = open_[term[open_] > TINY * total[open_]]
    return total


def lift_interval(both: Counts, first: Counts, second: Counts, among: Counts) -> tuple[Array, Array]:
    """95 % interval of the lift, P(first and second) / (P(first) P(second)), on the logarithm (delta method).

    With baskets drawn at random, n · Var(log lift) = 1/p₁₁ − 1/p₁ − 1/p₂ + 2 p₁₁/(p₁ p₂) − 1 (Agresti, "Categorical
    Data Analysis", 3rd ed. 2013, 16.1, with the four cells as one multinomial). Trust it from about five baskets on.
    """
    n = np.asarray(among, np.float64)
    joint, one, other = both / n, first / n, second / n
    lift = joint / (one * other)
    variance = np.maximum(1 / joint - 1 / one - 1 / other + 2 * lift - 1, 0.0) / n
    reach = np.exp(NORMAL_975 * np.sqrt(variance))
    return lift / reach, lift * reach


def share_interval(seen: Counts, of: Counts, usual: Array, among: Array) -> tuple[Array, Array]:
    """95 % interval of (seen / of) / (usual / among), two shares that were both counted, on the logarithm.

    Var(log ratio) = 1/seen − 1/of + 1/usual − 1/among (Katz et al. 1978). Where less than half a customer did it as
    usual, half a one stands in for them in the lower end, and the upper end is infinite.
    """
    some = np.maximum(usual, 0.5)
    ratio = (seen / of) / (some / among)
    reach = np.exp(NORMAL_975 * np.sqrt(np.maximum(1 / seen - 1 / of + 1 / some - 1 / among, 0.0)))
    return ratio / reach, np.where(usual >= 0.5, ratio * reach, np.inf)


def false_discovery(p: Array, looked_at: int) -> Array:
    """The share of false rules among those at most so doubtful: Benjamini and Hochberg (1995).

    looked_at: all rules that could have come, those without a p of their own counted as 1. Valid for rules that are
    independent or lean the same way; with `looked_at` the larger, the bound is the safer.
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * looked_at / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found


def any_false(p: Array, looked_at: int) -> Array:
    """The chance that even one rule at most so doubtful is false: Holm (1979), whatever leans on what."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (looked_at - np.arange(len(p)))
    found = np.empty(len(p))
    found[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return found
