"""Why somebody's chance is what it is.

Of the tree: its path, in its own conditions. Of every learner: by how much the calibrated chance changes when one thing
is set to that of a customer in the middle (the median of those learned from), everything else left. Columns that tell
of one thing (days since the last purchase, and the same against one's rhythm) are set together, or the one would keep
telling what the other no longer does. These changes are no causes and do not add up to the chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

MOST = 3


@dataclass(frozen=True)
class Reasons:
    """Of each customer the things that move the chance most, first the greatest. Shapes (n, most).

    thing: place in `things`, −1 where nothing more moves it; change: of the chance, by being as they are.
    """

    things: tuple[str, ...]
    thing: npt.NDArray[np.intp]
    change: Array


def reasons(
    chance: Callable[[Array], Array], values: Array, *, names: Sequence[str], middle: Array,
    things: Mapping[str, Sequence[str]], most: int = MOST, least: float = 0.01,
) -> Reasons:  # fmt: skip
    """What moves each customer's chance, by `least` or more.

    chance: the calibrated chance of rows of `values`; middle: what stands in for each column; things: what a customer
    is told, and the columns that tell of it.
    """
    told = {thing: [names.index(one) for one in columns if one in names] for thing, columns in things.items()}
    told = {thing: places for thing, places in told.items() if places}
    own = chance(values)
    changes = np.zeros((len(values), len(told)))
    for at, places in enumerate(told.values()):
        other = values.copy()
        other[:, places] = middle[places]
        changes[:, at] = own - chance(other)
    order = np.argsort(-np.abs(changes), axis=1, kind="stable")[:, :most]
    change = np.take_along_axis(changes, order, axis=1)
    few = np.abs(change) < least
    return Reasons(tuple(told), np.where(few, -1, order), np.where(few, 0.0, change))
