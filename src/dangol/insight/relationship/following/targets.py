"""Where somebody is to be led: the nearest place in the band, never with less for the customer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.following.models import Move

type Array = npt.NDArray[np.float64]
type Words = npt.NDArray[np.str_]


def targets(move: Words, value: Array, equity: Array, *, tolerance: float) -> tuple[Array, Array]:
    """(customer value, customer equity) of each: A goes right, C goes up to the edge of the band, the others stay."""
    theirs = np.where(move == Move.CARE, np.maximum(value, equity - tolerance), value)
    ours = np.where(move == Move.SELL, np.maximum(equity, value - tolerance), equity)
    return theirs, ours
