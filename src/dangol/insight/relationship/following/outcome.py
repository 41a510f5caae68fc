"""What became of those followed, treated against held out: how many moved as meant, stayed, or moved away.

Arrays in, plain values out. Everybody followed counts in their arm, whether or not anything reached them; who has no
place any more is one of the outcomes, so that nobody is left out of one arm more easily than of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.measurement import effect_of
from dangol.insight.relationship.following.models import Move

type Array = npt.NDArray[np.float64]
type Words = npt.NDArray[np.str_]
type Marks = npt.NDArray[np.bool_]

AS_MEANT, STAYED, AWAY, NO_PLACE = "as_meant", "stayed", "away", "no_place"
OUTCOMES = (AS_MEANT, STAYED, AWAY, NO_PLACE)
STEP = 5.0  # points, a third of the usual band: less is no move
FEWEST = 10  # customers of each arm, or nothing is compared


@dataclass(frozen=True)
class Then:
    """Those of one takeover, one entry each: what was meant, where they stood, and where they stand (NaN: nowhere)."""

    treated: Marks
    programme: Words
    move: Words
    value: Array
    equity: Array
    later_value: Array
    later_equity: Array

    def of(self, who: Marks) -> Then:
        """Some of them."""
        return Then(*(getattr(self, name)[who] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Difference:
    """The share of those treated less that of those held out, with Newcombe's 95 % interval."""

    more: float
    low: float
    high: float


def outcomes(then: Then, *, tolerance: float) -> Words:
    """One of OUTCOMES for each.

    As meant: A bought so much more, C got so much more, at least a step, and the distance from the line did not grow;
    who was in balance gained a step on one side and kept the band. Away: the customer lost a step, or the distance grew
    by one.
    """
    theirs, ours = then.later_value - then.value, then.later_equity - then.equity
    before, after = np.abs(then.value - then.equity), np.abs(then.later_value - then.later_equity)
    kept, closer = theirs > -STEP, after <= before
    meant = (then.move == Move.SELL) & (ours >= STEP) & kept & closer
    meant |= (then.move == Move.CARE) & (theirs >= STEP) & (ours > -STEP) & closer
    meant |= (then.move == Move.UP) & (np.maximum(theirs, ours) >= STEP) & kept & (ours > -STEP) & (after <= tolerance)
    away = ~kept | (after - before >= STEP)
    told = np.select([np.isnan(after), meant, away], [NO_PLACE, AS_MEANT, AWAY], STAYED)
    words: Words = told.astype(np.str_)
    return words


def outcome(then: Then, *, tolerance: float) -> dict[str, Any]:
    """Plain values: of each programme, the counts of both arms and how much more customer value the treated gained."""
    words = outcomes(then, tolerance=tolerance)
    return {code: _counted(then, words, then.programme == code) for code in np.unique(then.programme).tolist()}


def _counted(then: Then, words: Words, who: Marks) -> dict[str, Any]:
    told: dict[str, Any] = {
        arm: {word: int((who & mine & (words == word)).sum()) for word in OUTCOMES}
        for arm, mine in (("treated", then.treated), ("held_out", ~then.treated))
    }
    return told | {
        "value": _gained(then.of(who), then.later_value[who] - then.value[who]),
        "equity": _gained(then.of(who), then.later_equity[who] - then.equity[who]),
    }


def _gained(then: Then, points: Array) -> dict[str, float] | None:
    """How many points more the treated gained, in the mean; None of too few."""
    known = ~np.isnan(points)
    arms = then.treated[known]
    if min(int(arms.sum()), int((~arms).sum())) < FEWEST:
        return None
    found = effect_of(points[known], arms).raw
    return {"points": found.effect, "low": found.ci_low, "high": found.ci_high}


def difference(treated: Mapping[str, int], held_out: Mapping[str, int], word: str = AS_MEANT) -> Difference | None:
    """How much larger the share is among the treated; None where an arm is too small to compare."""
    n, m = sum(treated.values()), sum(held_out.values())
    if min(n, m) < FEWEST:
        return None
    share, other = treated[word] / n, held_out[word] / m
    low, high = wilson(treated[word], n)
    other_low, other_high = wilson(held_out[word], m)
    more = share - other
    return Difference(
        more,
        more - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        more + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )
