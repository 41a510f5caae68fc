"""Who left: the first silence longer than the customer's own rhythm bears, and on which day it became so.

A customer without a contract never says goodbye. One whose purchases lay a week apart and who has been silent for two
months has left, one who comes twice a year has not; so everybody is measured by the days between their own purchases
as they were known at the cut-off. Nothing later decides on which day a silence became too long, so some come back after
it; how many is told, and the question is asked again by stricter rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type Keys = npt.NDArray[np.int64]

TIMES = 3.0  # as long as the usual days between two purchases
STRICTER = (4.0, 5.0)  # the same question again
LEAST = 28.0  # days of silence that are never too long
FEWEST_REPEATS = 2  # purchases after the first, below which nobody has a rhythm


@dataclass(frozen=True)
class Silences:
    """One entry a customer. bears: days of silence, NaN without a rhythm; watched: has a rhythm, had not fallen silent
    before the cut-off, and would be seen to leave by the end if they never came again; day: of the first silence that
    is too long, in days after the cut-off, or the end where there was none; left: whether there was one; back: and they
    bought again after it.
    """

    bears: Array
    watched: BoolArray
    day: Array
    left: BoolArray
    back: BoolArray


def bears(x: Array, t_x: Array, *, times: float = TIMES) -> Array:
    """Days of silence that are no leaving: so many times the mean days between purchases; NaN without a rhythm."""
    usual = np.divide(t_x, x, out=np.full(len(x), np.nan), where=x >= FEWEST_REPEATS)
    longest: Array = np.maximum(LEAST, times * usual)
    return longest


def silences(x: Array, t_x: Array, T: Array, came: tuple[Keys, Keys], days: int, *, times: float = TIMES) -> Silences:
    """Look for the first silence that is too long in `days` days after the cut-off.

    x, t_x, T: as estimators take them, as of the cut-off; came: place of the customer and day after the cut-off of each
    purchase since, in any order.
    """
    patience, quiet = bears(x, t_x, times=times), T - t_x
    known = ~np.isnan(patience)
    gone, slow = known & (quiet > patience), known & (np.floor(patience) + 1 - quiet > days)
    day = _first(patience, quiet, came, days)
    left, last = ~np.isnan(day), np.full(len(x), -1.0)
    np.maximum.at(last, came[0], came[1])
    return Silences(
        bears=patience,
        watched=known & ~gone & ~slow,
        day=np.where(left, day, float(days)),
        left=left,
        back=left & (last >= np.where(left, day, np.inf)),
    )


def _first(patience: Array, quiet: Array, came: tuple[Keys, Keys], days: int) -> Array:
    """The day on which the first silence became too long; NaN where there was none until the end."""
    size = len(patience)
    who = np.concatenate([np.arange(size), came[0]])
    bought = np.concatenate([-quiet, came[1].astype(np.float64)])
    order = np.lexsort((bought, who))
    who, bought = who[order], bought[order]
    again = np.append(who[1:] == who[:-1], False)
    following = np.where(again, np.append(bought[1:], 0.0), float(days) + 1)
    too_long = bought + np.floor(patience[who]) + 1  # the first day on which the silence is longer
    found = (too_long < following) & (too_long <= days) & (too_long > 0)
    first = np.full(size, np.inf)
    np.minimum.at(first, who[found], too_long[found])
    return np.where(np.isinf(first), np.nan, first)
