"""History in one piece, then week by week for ever: the same rows however far one looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import OPENS, WEEK, seconds, stream
from dangol.contact.intake.sources.dairy.baskets import Lines, filled
from dangol.contact.intake.sources.dairy.purchases import Purchases, drawn
from dangol.contact.intake.sources.dairy.traits import World, world


@dataclass(frozen=True)
class Chapter:
    """A stretch of time with every purchase that could take place in it. Number 0 is history."""

    number: int
    purchases: Purchases
    lines: Lines


def chapters(of: World, *, until: int) -> Iterator[Chapter]:
    """History, then each week that begins before `until` (seconds)."""
    yield chapter(of.seed, 0)
    for number in range(1, 1 + -(-max(until - seconds(OPENS), 0) // WEEK)):
        yield chapter(of.seed, number)


@lru_cache(maxsize=64)
def chapter(seed: int, number: int) -> Chapter:
    """One chapter of the dairy of this seed, from a stream of random numbers of its own."""
    of = world(seed)
    random = stream("purchases", seed, number)
    opens = seconds(OPENS)
    if number == 0:
        who = np.arange(len(of.rate))
        purchases = drawn(of, who, of.begins, np.clip(of.gone, of.begins, opens), random)
    else:
        who = np.arange(len(of.rate))
        begins = np.full(len(who), opens + (number - 1) * WEEK)
        purchases = drawn(of, who, begins, begins + WEEK, random, lift=of.lift)
    return Chapter(number, purchases, filled(of, purchases, random))
