"""Whether what came lies within what was said: in one word, by the intervals alone.

A word about many customers together, one about groups of them, one about the slope. Ten true groups lie outside their
95 % intervals once in two tests; so one group outside says nothing, as many as chance brings once in twenty tests do.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import comb

from dangol.insight.relationship.back_test.ratios import Span

NEAR = 0.1  # so far off as a share is as good as right
ROUGH = 0.5  # an interval that reaches so far says nothing
OUTSIDE, RARE = 0.05, 0.05


class Verdict(StrEnum):
    RIGHT = "right"  # within a tenth, or not told from it by chance
    HOPEFUL = "hopeful"  # less came than was said
    GLOOMY = "gloomy"  # more came
    UNEVEN = "uneven"  # right in sum, but not for every kind of customer
    OPEN = "open"  # too little is known to tell


def in_sum(ratio: Span | None) -> Verdict:
    """Of came ÷ said."""
    if ratio is None:
        return Verdict.OPEN
    if ratio.low >= 1 - NEAR and ratio.high <= 1 + NEAR:
        return Verdict.RIGHT
    if ratio.high < 1:
        return Verdict.HOPEFUL
    if ratio.low > 1:
        return Verdict.GLOOMY
    return Verdict.OPEN if ratio.low < 1 - ROUGH or ratio.high > 1 + ROUGH else Verdict.RIGHT


def with_groups(sum_of: Verdict, off: Iterable[bool]) -> Verdict:
    """The same, where groups that are each off by more than chance may show that a right sum deceives."""
    outside = list(off)
    return Verdict.UNEVEN if sum_of is Verdict.RIGHT and too_many(sum(outside), len(outside)) else sum_of


def too_many(outside: int, among: int) -> bool:
    """Whether so many intervals of 95 % that miss are more than chance brings."""
    chance = sum(comb(among, n) * OUTSIDE**n * (1 - OUTSIDE) ** (among - n) for n in range(outside, among + 1))
    return outside > 0 and chance < RARE
