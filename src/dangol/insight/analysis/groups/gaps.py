"""Whether two groups stand apart: fewer customers between them than in either.

Seen along the line between their middles, on one half of the sample the two crowds and the emptiest stretch between
them are looked up; on the other half they are counted. Of customers who are one crowd, no stretch between two others is
emptier than both, so both comparisons (exact, by the binomial distribution) must speak against chance. The halves are
strangers to each other, which makes the test exact whatever shape the crowd has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

FEWEST_STRETCHES, MOST_STRETCHES = 8, 24
EDGE = 0.01  # of the customers at each end are not looked at


@dataclass(frozen=True)
class Gap:
    """p: the chance of such a gap in one crowd. left: customers between them, as a share of the smaller crowd's."""

    p: float
    left: float


def gap(seen: Array, counted: Array, one: Array, other: Array) -> Gap:
    """How two groups stand apart: their members (a row each) of both halves, and their two middles."""
    along = other - one
    length = float(np.linalg.norm(along))
    if length == 0 or len(seen) < 2 * FEWEST_STRETCHES or not len(counted):
        return Gap(1.0, 1.0)
    first, second = seen @ along / length, counted @ along / length
    edges = _edges(first)
    if edges[0] == edges[-1]:
        return Gap(1.0, 1.0)
    low, between, high = _stretches(np.histogram(first, edges)[0].astype(np.float64))
    crowd, hollow, crowd_too = np.histogram(second, edges)[0][[low, between, high]].tolist()
    p = max(_at_most(hollow, hollow + crowd), _at_most(hollow, hollow + crowd_too))
    return Gap(p, (hollow + 0.5) / (min(crowd, crowd_too) + 0.5))


def _edges(along: Array) -> Array:
    """Stretches of one width, the more the more customers there are."""
    number = int(np.clip(np.sqrt(len(along)) / 2, FEWEST_STRETCHES, MOST_STRETCHES))
    ends = np.quantile(along, [EDGE, 1 - EDGE])
    return np.linspace(ends[0], ends[1], number + 1)


def _stretches(counts: Array) -> tuple[int, int, int]:
    """The two crowds and the stretch between them that is the emptiest beside the smaller of the two."""
    smooth = np.convolve(counts, [0.25, 0.5, 0.25], mode="same")
    left, right = np.maximum.accumulate(smooth), np.maximum.accumulate(smooth[::-1])[::-1]
    inner = np.arange(1, len(smooth) - 1)
    emptier = smooth[inner] / np.maximum(np.minimum(left[inner - 1], right[inner + 1]), 0.25)
    between = int(inner[np.argmin(emptier)])
    return int(np.argmax(smooth[:between])), between, between + 1 + int(np.argmax(smooth[between + 1 :]))


def _at_most(hollow: int, both: int) -> float:
    """The chance that at most so many of both lie in the hollow, were it as full as the crowd."""
    from scipy.stats import binom

    return float(binom.cdf(hollow, both, 0.5)) if both else 1.0
