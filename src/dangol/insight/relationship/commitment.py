"""Commitment: the share of the potential that may be expected to come true, 0–1. Equity is what is left of it.

The trap: a lifetime value that already allows for leaving must not be multiplied by commitment again. Here potential
knows of no leaving, commitment of nothing else, so leaving counts once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]


def commitment(expected: Array, if_alive: Array) -> Array:
    """Discounted expected purchases ÷ discounted purchases if alive throughout, clipped to [0, 1].

    Rounding may carry the quotient past 1 by a hair; nothing else does.
    """
    share: Array = np.clip(np.divide(expected, if_alive, out=np.zeros_like(expected), where=if_alive > 0), 0.0, 1.0)
    return share


def discounted_survival(survival: Array, factors: Array) -> Array:
    """The same share under contract: Σ_h s_h · factor_h ÷ Σ_h factor_h.

    survival: chance to be with us at each step, (H,) or (n, H); factors: discount factor of each step, (H,).
    """
    share: Array = survival @ factors / factors.sum()
    return share


def equity(potential: Array, commitment: Array) -> Array:
    """Potential × commitment, in the money of the potential; equals the discounted residual value of the same fit."""
    money: Array = potential * commitment
    return money
