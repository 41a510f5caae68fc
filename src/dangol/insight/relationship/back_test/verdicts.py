"""Whether what came lies within what was said: in one word, by the intervals alone.

A word about many customers together, one about groups of them, one about the slope. Of ten groups that are right one or
two may lie outside their 95 % intervals; more do by chance less than once in twenty tests. What surely lies within a
tenth of what was said is right, however many customers would show the difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import comb

from dangol.insight.relationship.back_test.ratios import Span

NEAR = 0.1  # so far off as a share is as good as right
SLOPE_NEAR = 0.2  # and so far off as a slope
LITTLE = 0.02  # of the whole: nobody minds
ROUGH = 0.5  # an interval that reaches so far says nothing
OUTSIDE, RARE = 0.05, 0.05


class Verdict(StrEnum):
    RIGHT = "right"  # within a tenth, or not told from it by chance
    HOPEFUL = "hopeful"  # less came than was said
    GLOOMY = "gloomy"  # more came
    UNEVEN = "uneven"  # right in sum, but not for every kind of customer
    OPEN = "open"  # too little is known to tell


class Apart(StrEnum):
    """How far apart chances lie, by the slope of the calibration."""

    RIGHT = "right"
    TOO_FAR = "too_far"  # the surest are less sure than was said
    TOO_NEAR = "too_near"  # they differ more than was said
    OPEN = "open"


def in_sum(ratio: Span | None) -> Verdict:
    """Of came ÷ said."""
    if ratio is None:
        return Verdict.OPEN
    if near(ratio):
        return Verdict.RIGHT
    if ratio.high < 1:
        return Verdict.HOPEFUL
    if ratio.low > 1:
        return Verdict.GLOOMY
    return Verdict.OPEN if ratio.low < 1 - ROUGH or ratio.high > 1 + ROUGH else Verdict.RIGHT


def apart(slope: Span | None) -> Apart:
    """Of the slope."""
    if slope is None:
        return Apart.OPEN
    if near(slope, by=SLOPE_NEAR) or not slope.excludes(1):
        return Apart.RIGHT
    return Apart.TOO_FAR if slope.value < 1 else Apart.TOO_NEAR


def near(ratio: Span, *, by: float = NEAR) -> bool:
    """Whether it surely lies so close to 1."""
    return ratio.low >= 1 - by and ratio.high <= 1 + by


def off(came: Span, said: float, *, whole: float = 1.0) -> bool:
    """Whether a group came otherwise than was said of it, by more than chance and more than a tenth.

    Of what is next to nothing (a fiftieth of the whole) a tenth is not asked.
    """
    room = max(NEAR * said, LITTLE * whole)
    return came.excludes(said) and not (came.low >= said - room and came.high <= said + room)


def with_groups(sum_of: Verdict, outside: Iterable[bool]) -> Verdict:
    """The same, where groups that are each off may show that a right sum deceives."""
    found = list(outside)
    return Verdict.UNEVEN if sum_of is Verdict.RIGHT and too_many(sum(found), len(found)) else sum_of


def put_together(commitment: Verdict, chance: Verdict, how_apart: Apart, money: Verdict) -> Verdict:
    """One word for values: that of commitment; where it is right, the others may take it back.

    Value is money, so what is said of its sum counts; chances can only show that not every kind of customer is right.
    """
    if commitment not in {Verdict.RIGHT, Verdict.UNEVEN}:
        return commitment
    if money in {Verdict.HOPEFUL, Verdict.GLOOMY}:
        return money
    sound = {chance, money} <= {Verdict.RIGHT, Verdict.OPEN} and how_apart in {Apart.RIGHT, Apart.OPEN}
    return commitment if sound else Verdict.UNEVEN


def too_many(outside: int, among: int) -> bool:
    """Whether so many intervals of 95 % that miss are more than chance brings."""
    chance = sum(comb(among, n) * OUTSIDE**n * (1 - OUTSIDE) ** (among - n) for n in range(outside, among + 1))
    return outside > 0 and chance < RARE
